// Binds a video to its engagement curve: the playhead runs along the curve, a click on the curve seeks.

document.addEventListener("drawn", ({target: plot}) => {
  const figure = plot.closest("[data-curve]");
  const video = figure?.querySelector("video");
  if (!video) return;

  const head = document.createElement("div");
  head.className = "vp-playhead";
  head.hidden = true;
  plot.append(head);

  const place = () => {
    const {l, r, t, b} = plot.layout.margin;
    const [start, end] = plot.layout.xaxis.range;
    const share = Math.min(1, Math.max(0, (video.currentTime - start) / (end - start)));
    head.hidden = false;
    Object.assign(head.style, {
      left: `${l + share * (plot.clientWidth - l - r)}px`,
      top: `${t}px`,
      bottom: `${b}px`,
    });
  };
  let frame = 0;
  const follow = () => {
    place();
    frame = video.paused ? 0 : requestAnimationFrame(follow);
  };
  video.addEventListener("play", () => (frame ||= requestAnimationFrame(follow)));
  video.addEventListener("seeked", place);
  new ResizeObserver(() => head.hidden || place()).observe(plot);

  plot.on("plotly_click", ({points}) => {
    video.currentTime = points[0].x;
    video.play().catch((error) => {
      // Browsers may want a click on the video itself first; the seek has happened all the same.
      if (error.name !== "NotAllowedError" && error.name !== "AbortError") throw error;
    });
  });
});
