// Binds a video to its engagement curve: one cursor over both, by pointer or keys, and the playhead that runs along.

const PEEK = 160; // the width of the picture at the cursor, in pixels
let bound = new AbortController(); // what holds the listeners of the curve that was drawn last

const player = () => document.querySelector("[data-curve] video");
const part = (name) => Object.assign(document.createElement("div"), {className: `vp-${name}`, hidden: true});

const seek = (seconds) => {
  const video = player();
  if (!video) return;
  video.currentTime = seconds;
  video.play().catch((error) => {
    // Browsers may want a click on the video itself first; the seek has happened all the same.
    if (error.name !== "NotAllowedError" && error.name !== "AbortError") throw error;
  });
};

// The frame at the cursor, from a second player that is made when it is first needed.
const peekOf = (plot) => {
  const box = part("peek");
  plot.append(box);
  let frame;
  let wanted = 0;
  const show = () => {
    if (!frame.seeking && frame.readyState && Math.abs(frame.currentTime - wanted) > 0.05) frame.currentTime = wanted;
  };
  return {
    hide: () => (box.hidden = true),
    show(seconds, left) {
      if (!frame) {
        frame = Object.assign(document.createElement("video"), {muted: true, preload: "auto", src: player().src});
        frame.setAttribute("aria-hidden", "true");
        frame.tabIndex = -1;
        for (const event of ["loadeddata", "seeked"]) frame.addEventListener(event, show);
        box.append(frame);
      }
      wanted = seconds;
      show();
      box.hidden = false;
      box.style.left = `${Math.max(0, Math.min(plot.clientWidth - PEEK, left - PEEK / 2))}px`;
    },
  };
};

document.addEventListener("drawn", ({target: plot, detail: {Plotly}}) => {
  if (plot.closest("[data-seconds]")) plot.on("plotly_click", ({points}) => seek(points[0].x));
  if (!plot.closest("[data-curve]")) return;
  bound.abort();
  bound = new AbortController();
  const {signal} = bound;
  const video = player();
  const curve = plot.data.findIndex((trace) => trace.customdata);
  const {x: moments, customdata: said} = plot.data[curve];
  const {l, r, b} = plot.layout.margin;
  const end = plot.layout.xaxis.range[1];
  plot.style.setProperty("--bottom", `${b}px`);

  const [scrub, head, track] = [part("scrub"), part("playhead"), part("timeline")];
  const played = document.createElement("span");
  track.append(played);
  plot.append(track, head, scrub);
  const peek = video ? peekOf(plot) : undefined;
  Object.assign(track.style, {left: `${l}px`, right: `${r}px`});
  track.hidden = !video;

  const left = (seconds) => l + Math.min(1, Math.max(0, seconds / end)) * (plot.clientWidth - l - r);
  const nearest = (seconds) => {
    const after = moments.findIndex((moment) => moment >= seconds);
    if (after < 1) return after ? moments.length - 1 : 0;
    return seconds - moments[after - 1] < moments[after] - seconds ? after - 1 : after;
  };

  // The cursor: a line over curve and timeline, the frame there, and what a screen reader says of it.
  let cursor = 0;
  const point = (place) => {
    cursor = place;
    scrub.hidden = false;
    scrub.style.left = `${left(moments[place]) - 1}px`;
    peek?.show(moments[place], left(moments[place]));
    plot.ariaValueNow = moments[place];
    plot.ariaValueText = said[place].replaceAll("<br>", ", ");
  };
  const away = () => {
    scrub.hidden = true;
    peek?.hide();
  };
  // Plotly tells only of what the pointer left by itself.
  const leave = () => {
    Plotly.Fx.unhover(plot);
    away();
  };
  const walk = (place) => {
    const known = Math.max(0, Math.min(moments.length - 1, place));
    Plotly.Fx.hover(plot, [{curveNumber: curve, pointNumber: known}]);
    point(known);
  };
  plot.on("plotly_hover", ({points}) => point(points[0].pointNumber));
  plot.on("plotly_unhover", away);
  plot.on("plotly_click", ({points}) => seek(points[0].x));

  const under = ({clientX}) => {
    const {left: begin, width} = track.getBoundingClientRect();
    return (end * Math.min(width, Math.max(0, clientX - begin))) / width;
  };
  track.addEventListener("pointermove", (event) => walk(nearest(under(event))), {signal});
  track.addEventListener("pointerleave", leave, {signal});
  track.addEventListener("click", (event) => seek(under(event)), {signal});

  // By keys it is a slider.
  plot.tabIndex = 0;
  plot.role = "slider";
  plot.setAttribute("aria-labelledby", "curve-title");
  plot.setAttribute("aria-describedby", "curve-caption");
  Object.assign(plot, {ariaValueMin: 0, ariaValueMax: end, ariaValueNow: moments[0]});
  plot.ariaValueText = said[0].replaceAll("<br>", ", ");
  const step = Math.max(1, Math.round(moments.length / 10));
  plot.addEventListener(
    "keydown",
    (event) => {
      const places = {
        ArrowLeft: cursor - 1, ArrowDown: cursor - 1, ArrowRight: cursor + 1, ArrowUp: cursor + 1,
        PageDown: cursor - step, PageUp: cursor + step, Home: 0, End: moments.length - 1,
      };
      if (event.key in places) walk(scrub.hidden ? cursor : places[event.key]);
      else if (event.key === "Enter") seek(moments[cursor]);
      else if (event.key === "Escape") leave();
      else return;
      event.preventDefault();
    },
    {signal},
  );
  plot.addEventListener("blur", leave, {signal});
  document.addEventListener("pointed", ({detail}) => walk(nearest(detail)), {signal});
  if (!video) return;

  // The playhead.
  const place = () => {
    head.hidden = false;
    head.style.left = `${left(video.currentTime) - 1}px`;
    played.style.width = `${(100 * Math.min(end, video.currentTime)) / end}%`;
  };
  let frame = 0;
  const follow = () => {
    place();
    frame = video.paused || signal.aborted ? 0 : requestAnimationFrame(follow);
  };
  video.addEventListener("play", () => (frame ||= requestAnimationFrame(follow)), {signal});
  video.addEventListener("seeked", place, {signal});
  new ResizeObserver(() => head.hidden || place()).observe(plot);
  if (video.currentTime) follow();
});

document.addEventListener("click", ({target}) => {
  const moment = target.closest?.("[data-seek]");
  if (!moment) return;
  const seconds = Number(moment.dataset.seek);
  seek(seconds);
  document.dispatchEvent(new CustomEvent("pointed", {detail: seconds}));
});
