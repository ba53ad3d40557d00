"""Why a number is what it is: its definition, what counted, what was left out and why, and the sessions themselves."""
