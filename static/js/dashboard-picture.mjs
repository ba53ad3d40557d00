// Saves a chart or a breakdown as a picture in the theme on the screen, with its title, finding, keys and days.

const WIDTH = 1000, SIDE = 28, LINE = 19, LETTERS = 128;
const news = (text) => (document.getElementById("dashboard-news").textContent = text);
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const textOf = (selector) => document.querySelector(selector)?.textContent.trim().replace(/\s+/g, " ") ?? "";

const wrapped = (text) => {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length > LETTERS) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines.filter(Boolean);
};

// What the page says around the figure, as the lines of a title in Plotly's little HTML.
const heading = (name, part) => {
  const {color} = getComputedStyle(document.getElementById(`${name}-caption`));
  const small = (text) => `<span style="font-size:13px;color:${color}">${text}</span>`;
  const keys = [...(part?.querySelectorAll(".vp-keys > span") ?? [])].map((key) => {
    const paint = getComputedStyle(key, "::before").backgroundColor;
    return `<span style="color:${paint}">■</span> ${escaped(key.textContent.trim())}`;
  });
  const about = [document.title.replace(/ – Viewprint$/, ""), textOf(".vp-when strong")].filter(Boolean).join(" · ");
  return [
    `<b>${escaped(textOf(`#${CSS.escape(name)}-title`))}</b>`,
    ...wrapped(textOf(`#${CSS.escape(name)}-caption`)).map((line) => small(escaped(line))),
    small(escaped(about)),
    ...(keys.length ? [small(keys.join("    "))] : []),
  ];
};

const picture = (name) => {
  const {data, layout} = window.viewprintCharts.figure(`${name}-figure`);
  const plot = document.getElementById(`${name}-plot`);
  const part = document.getElementById(`${name}-png`).closest("figure, section");
  const look = getComputedStyle(part);
  const lines = heading(name, part);
  const top = SIDE + lines.length * LINE + 24;
  const {l, r, t, b} = layout.margin;
  return {
    data,
    layout: {
      ...layout,
      title: {
        text: lines.join("<br>"),
        font: {size: 16, color: getComputedStyle(document.getElementById(`${name}-title`)).color},
        automargin: false, x: 0, xanchor: "left", xref: "container", y: 1, yanchor: "top", yref: "container",
        pad: {t: SIDE, l: SIDE},
      },
      width: WIDTH,
      height: (plot?.clientHeight ?? layout.height) + top + SIDE,
      margin: {l: l + SIDE, r: r + SIDE, t: t + top, b: b + SIDE},
      paper_bgcolor: look.backgroundColor,
    },
    config: {},
  };
};

document.addEventListener("click", async ({target}) => {
  const button = target.closest?.("[data-picture]");
  if (!button || button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  try {
    const Plotly = await window.viewprintCharts.loaded();
    const options = {format: "png", scale: 2, width: WIDTH, filename: button.dataset.file};
    const figure = picture(button.dataset.picture);
    await window.viewprintCharts.shaped(figure.data);
    await Plotly.downloadImage(figure, {...options, height: figure.layout.height});
    news("The picture was saved.");
  } catch (error) {
    news("The picture could not be made. Reload the page and try again.");
    throw error;
  } finally {
    button.ariaBusy = null;
  }
});
