"use strict";

/* Reads the figures in #data and draws them. Charts by Apache ECharts, which stands before. */

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

// In the order of the rows, which gives each its colour.
const names = [...new Set(data.cells.map(([allocator, settings]) => (settings ? `${allocator}:${settings}` : allocator)))];
const colourOf = (name) => data.colours[names.indexOf(name) % data.colours.length];
const isReal = (contestant) => contestant.kind === "native";
const badgeOf = new Map(data.workloads.flatMap((workload) => workload.contestants.map((c) => [c.name, c.badge])));
const competes = (contestant) => contestant.kind !== "floor";

// ---------------------------------------------------------------------------------- figures

const digits = (value) => {
  const size = Math.abs(value);
  return size === 0 ? "0" : value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
};

const scaled = (value, step, units) => {
  let unit = 0;
  while (Math.abs(value) >= step && unit < units.length - 1) {
    value /= step;
    unit++;
  }
  return `${unit === 0 && Number.isInteger(value) ? value : digits(value)} ${units[unit]}`;
};

const bytes = (value) => scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);
const duration = (value) => scaled(value, 1000, ["ns", "µs", "ms", "s"]);
const rate = (value) => scaled(value, 1000, ["ops/s", "k ops/s", "M ops/s", "G ops/s"]);

/** As its unit, which is the end of the column's name, wants it. */
function written(column, value) {
  if (value === null || value === undefined) {
    return "";
  }
  if (typeof value !== "number") {
    return value;
  }
  if (/_bytes$/.test(column)) {
    return bytes(value);
  }
  if (/_ns$|_ns_per_op$/.test(column)) {
    return duration(value);
  }
  if (/_ops_per_s$/.test(column)) {
    return rate(value);
  }
  return Number.isInteger(value) ? value.toLocaleString("en").replaceAll(",", "\u202f") : digits(value);
}

/** An axis of bytes with round steps of its unit, up from the lowest of what it shows. */
function byteAxis(values, fromZero = true) {
  const numbers = values.filter((value) => typeof value === "number");
  const low = fromZero ? Math.min(0, ...numbers) : Math.min(...numbers);
  const span = Math.max(...numbers, low + 4096) - low;
  const unit = 1024 ** Math.min(4, Math.floor(Math.log(span / 2) / Math.log(1024)));
  const rough = span / unit / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = unit * power * [1, 2, 5, 10].find((step) => step * power >= rough);
  return {
    type: "value",
    min: Math.floor(low / interval) * interval,
    max: Math.ceil((low + span) / interval) * interval,
    interval,
    axisLabel: { formatter: (value) => bytes(value).replace(/\.0+ /, " ") },
  };
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  return made;
}

function options(select, entries) {
  const chosen = select.value;
  select.replaceChildren(...entries.map(([value, text]) => element("option", text, { value })));
  if (entries.some(([value]) => value === chosen)) {
    select.value = chosen;
  }
}

const escaped = (text) => echarts.format.encodeHTML(text);

// ----------------------------------------------------------------------------------- advice

// null: never; JSON has no infinity
const times = (ratio) => (ratio === null ? "(never)" : `${digits(ratio)}\u00a0×`);
const range = (least, most) => (least === most || most === null ? times(most) : `${digits(least)}–${times(most)}`);
const against = ({ next, lead, level, sure }) => {
  if (lead === null) return `${next} never does`;
  if (level) return `level with ${next}`;
  return `${next}, ${times(lead)}${sure ? ` (${times(sure)} at least)` : ""}`;
};

function drawAdvice() {
  const named = new Set();
  for (const advice of data.advice) {
    const table = document.createElement("table");
    table.append(element("caption", `The best of ${advice.field}, over all workloads`));
    const head = table.createTHead().insertRow();
    ["for", "contestant", "ahead of", "behind the best in"].forEach((name) =>
      head.append(element("th", name, { scope: "col", class: "text" })));
    const body = table.createTBody();
    for (const pick of advice.picks) {
      named.add(pick.contestant);
      const row = body.insertRow();
      row.append(
        element("th", pick.objective, { scope: "row" }),
        element("td", pick.contestant, { class: "text wrap" }),
        element("td", against(pick), { class: "text wrap" }),
        element("td", pick.price.map(([what, least, most]) => `${what} ${range(least, most)}`).join(", "), { class: "text wrap" }),
      );
    }
    const figure = document.createElement("figure");
    figure.append(table);
    if (advice.unbeaten.length > 0) {
      figure.append(element("p", `Unbeaten in both ${advice.speed} and retained memory: ${advice.unbeaten.join(", ")}`));
    }
    byId("advice-tables").append(figure);
    advice.unbeaten.forEach((name) => named.add(name));
  }
  const forms = new Map(data.workloads.flatMap((workload) => workload.contestants.map((c) => [c.name, c.deploy])));
  for (const name of named) {
    if (forms.get(name)) {
      const value = document.createElement("dd");
      value.append(element("code", forms.get(name)));
      byId("deploy").append(element("dt", name), value);
    }
  }
  for (const workload of data.workloads.filter((w) => w.busy)) {
    const spread = `\u00b1${(100 * workload.busy).toFixed(0)}\u00a0%`;
    byId("cautions").append(element("p",
      `Nobody is best in speed on ${title(workload)}: rounds disagree by ${spread}, the machine was too busy to tell.`));
  }
  (data.cautions ?? []).forEach((caution) => byId("cautions").append(element("p", `Caution: ${caution}`)));
  byId("advice").hidden = data.advice.length === 0;
}

// --------------------------------------------------------------------------------- overview

const OBJECTIVES = [
  ["one_life_ns_per_op", "One life"],
  ["throughput_ops_per_s", "Throughput"],
  ["latency_p99_9_ns", "Tail latency (p99.9)"],
  ["modelled_ns_per_op", "Modelled cost"],
  ["peak_resident_bytes", "Peak resident"],
  ["retained_bytes", "Retained when the work is done"],
  ["resident_byte_seconds", "Memory bill (resident × time)"],
].filter(([column]) => data.workloads.some((r) => r.contestants.some((c) => column in c.values)));

const columnOf = new Map(data.columns.map((column) => [column.name, column]));
const title = (workload) => (workload.threads === 1 ? workload.name : `${workload.name}, ${workload.threads} threads`);

function drawRatios() {
  const column = byId("objective").value;
  const about = columnOf.get(column);
  byId("objective-about").textContent = about
    ? `${about.about}; ${about.better > 0 ? "more" : "less"} is better`
    : "";
  const head = document.createElement("tr");
  head.append(element("th", "contestant", { scope: "col" }));
  data.workloads.forEach((workload) => head.append(element("th", title(workload), { scope: "col" })));
  byId("ratios").tHead.replaceChildren(head);
  const shown = names.filter((name) => hasFigure(name, column));
  byId("ratios").tBodies[0].replaceChildren(...shown.map((name) => ratioRow(name, column)));
}

/** Or a reason why not. */
const hasFigure = (name, column) => data.workloads.some((workload) =>
  workload.contestants.some((c) => c.name === name && (column in c.values || c.status !== "ok")));

function ratioRow(name, column) {
  const row = document.createElement("tr");
  const label = element("th", name, { scope: "row" });
  if (badgeOf.get(name)) {
    label.append(element("small", badgeOf.get(name)));
  }
  row.append(label);
  for (const workload of data.workloads) {
    const contestant = workload.contestants.find((c) => c.name === name);
    row.append(ratioCell(workload, contestant, column));
    if (contestant && !isReal(contestant)) {
      label.className = "model";
    }
  }
  return row;
}

function ratioCell(workload, contestant, column) {
  const value = contestant?.values[column];
  if (value === undefined) {
    const why = contestant && contestant.status !== "ok" ? contestant.status.replaceAll("_", " ") : "";
    return element("td", why, { title: why || "not measured" });
  }
  const spread = contestant.spreads[column];
  const range = spread ? `, ${written(column, spread[0])} to ${written(column, spread[1])} in 95\u00a0%` : "";
  const cell = element("td", "", { title: written(column, value) + range });
  if (!competes(contestant)) {
    cell.textContent = "floor";
    return cell;
  }
  if (spread && workload.busy) {
    cell.textContent = "untold";
    cell.title += "; the machine was too busy to tell";
    return cell;
  }
  const rivals = workload.contestants
    .filter((c) => competes(c) && isReal(c) === isReal(contestant) && c.values[column] !== undefined);
  const moreIsBetter = columnOf.get(column).better > 0;
  const ratio = worseThanBest(value, rivals.map((c) => c.values[column]), moreIsBetter);
  cell.textContent = digits(ratio);
  const depth = Math.min(1, Math.log2(Math.max(ratio, 1)) / 3);
  cell.style.background = ratio < 1.005 || isLevelWithBest(spread, rivals, column, moreIsBetter)
    ? "rgba(var(--good), .35)"
    : `rgba(var(--bad), ${(0.05 + 0.5 * depth).toFixed(3)})`;
  return cell;
}

/** Whether another run might have it as the best: its interval and the best one's overlap. */
function isLevelWithBest(spread, rivals, column, moreIsBetter) {
  const order = (a, b) => (moreIsBetter ? b.values[column] - a.values[column] : a.values[column] - b.values[column]);
  const best = rivals.toSorted(order)[0].spreads[column];
  return Boolean(spread && best) && spread[0] <= best[1] && best[0] <= spread[1];
}

/** At least 1. A page is added to what may be nothing, so that the ratio stays finite. */
function worseThanBest(value, rivals, moreIsBetter) {
  const best = moreIsBetter ? Math.max(...rivals) : Math.min(...rivals);
  if (moreIsBetter) {
    return best / value;
  }
  const floor = Math.min(best, value) <= 0 ? 4096 : 0;
  return (Math.max(value, 0) + floor) / (Math.max(best, 0) + floor);
}

// ----------------------------------------------------------------------------------- charts

const charts = new Map();

const LEGEND_ROW = 24;
const LABEL_ROW = 15;

// Everyone is in the legend, in as many rows as that takes.
function legendRows(place, option) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "12px system-ui, sans-serif";
  let rows = 1;
  let used = 0;
  for (const series of option.legend ? option.series : []) {
    const width = pen.measureText(series.name).width + 45;
    used += width;
    if (used > place.clientWidth && used > width) {
      rows++;
      used = width;
    }
  }
  return rows;
}

function draw(id, label, option, least = 0) {
  const place = byId(id);
  place.style.height = "";
  const more = (legendRows(place, option) - 1) * LEGEND_ROW;
  place.style.height = `${Math.max(place.clientHeight, least) + more}px`;
  let chart = charts.get(id);
  if (!chart) {
    chart = echarts.init(place, null, { renderer: "canvas" });
    charts.set(id, chart);
    new ResizeObserver(() => chart.resize()).observe(place);
  }
  chart.resize();
  const style = getComputedStyle(document.documentElement);
  const text = style.getPropertyValue("--text");
  const line = style.getPropertyValue("--line");
  const axis = (of) => ({
    ...of,
    axisLabel: { color: text, hideOverlap: true, ...of.axisLabel },
    nameTextStyle: { color: text, ...of.nameTextStyle },
    axisLine: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line, opacity: 0.6 }, ...of.splitLine },
  });
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart.setOption(
    {
      animation: !reduced && !navigator.webdriver,
      animationDuration: 300,
      textStyle: { color: text, fontFamily: "system-ui, sans-serif" },
      aria: { enabled: true, label: { description: label } },
      ...option,
      grid: { left: 12, right: 28, top: 16, containLabel: true, ...option.grid, bottom: (option.grid?.bottom ?? 40) + more },
      legend: option.legend && { bottom: 0, textStyle: { color: text }, ...option.legend },
      tooltip: {
        confine: true,
        backgroundColor: style.getPropertyValue("--back"),
        borderColor: line,
        textStyle: { color: text },
        ...option.tooltip,
      },
      xAxis: axis(option.xAxis),
      yAxis: axis(option.yAxis),
      graphic: nothingToShow(option) && {
        type: "text",
        left: "center",
        top: "middle",
        style: { text: option.empty ?? "Not measured in this run", fill: text, font: "15px system-ui" },
      },
    },
    true,
  );
}

const nothingToShow = (option) => option.series.every((series) => series.data.length === 0);

const curvesOf = (workload) => workload.contestants.filter((c) => c.curves);

function drawMemory(workload) {
  const wanted = byId("curve").value || "resident";
  const shown = curvesOf(workload).filter((c) => c.curves[wanted]);
  lines("chart-memory", `${wanted} memory over virtual time on ${title(workload)}`, workload, shown.map((c) => ({
    name: c.name,
    type: "line",
    showSymbol: false,
    itemStyle: { color: colourOf(c.name) },
    lineStyle: { width: 2, type: isReal(c) ? "dashed" : "solid" },
    data: c.curves.time.map((time, i) => [time, c.curves[wanted][i]]),
  })), shown[0]?.marks ?? []);
}

const CURVES = [
  ["mapped", "#7d8a97"],
  ["resident", "#3b82d6"],
  ["lazy-free", "#d75fae"],
  ["requested", "#2fa36b"],
];

function drawContestant(workload) {
  const contestant = curvesOf(workload).find((c) => c.name === byId("contestant").value);
  const shown = contestant ? CURVES.filter(([name]) => contestant.curves[name]) : [];
  lines("chart-contestant", `memory of ${contestant?.name ?? "nobody"} on ${title(workload)}`, workload, shown.map(([name, color]) => ({
    name,
    type: "line",
    showSymbol: false,
    itemStyle: { color },
    areaStyle: { color, opacity: name === "resident" || name === "requested" ? 0.15 : 0 },
    lineStyle: { width: 2 },
    data: contestant.curves.time.map((time, i) => [time, contestant.curves[name][i]]),
  })), contestant?.marks ?? []);
}

function lines(id, label, workload, series, marks) {
  if (series.length > 0) {
    series[0].markLine = {
      symbol: "none",
      silent: true,
      lineStyle: { type: "dotted", color: getComputedStyle(document.documentElement).getPropertyValue("--faint") },
      label: {
        formatter: (mark) => mark.name,
        color: getComputedStyle(document.documentElement).getPropertyValue("--faint"),
        position: "insideEndTop",
        rotate: 90,
      },
      data: marks.map(([time, name]) => ({ xAxis: time, name })),
    };
  }
  draw(id, label, {
    legend: {},
    tooltip: { trigger: "axis", valueFormatter: (v) => (v === null || v === undefined ? "" : bytes(v)) },
    xAxis: {
      type: "value",
      max: "dataMax",
      axisLabel: { formatter: duration },
      axisPointer: { label: { formatter: (of) => duration(of.value) } },
      splitLine: { show: false },
    },
    yAxis: byteAxis(series.flatMap((of) => of.data.map(([, value]) => value))),
    series,
  });
}

function drawThroughput(workload) {
  const column = "throughput_ops_per_s";
  const shown = workload.contestants.filter((c) => column in c.values).reverse();
  bars("chart-throughput", `throughput on ${title(workload)}`, shown, {
    xAxis: { type: "value", axisLabel: { formatter: (v) => digits(v / 1e6) }, name: "M ops/s", nameLocation: "middle", nameGap: 28 },
    tooltip: {
      trigger: "item",
      formatter: (item) => {
        const of = shown[item.dataIndex].values;
        const error = of.throughput_error_ops_per_s;
        return `${escaped(item.name)}<br>${rate(of[column])}${error === undefined ? "" : ` ± ${rate(error)}`}`;
      },
    },
    series: [
      { type: "bar", name: column, barMaxWidth: 22, data: shown.map((c) => ({ value: c.values[column], itemStyle: { color: colourOf(c.name) } })) },
      { type: "custom", name: "error", silent: true, z: 5, renderItem: errorBar, data: shown.map((c, i) => {
        const error = c.values.throughput_error_ops_per_s ?? 0;
        return [Math.max(0, c.values[column] - error), c.values[column] + error, i];
      }), encode: { x: [0, 1], y: 2 } },
    ],
  });
}

function errorBar(params, api) {
  const [from, y] = api.coord([api.value(0), api.value(2)]);
  const to = api.coord([api.value(1), api.value(2)])[0];
  const color = getComputedStyle(document.documentElement).getPropertyValue("--text");
  const stroke = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: color, lineWidth: 1.5 } });
  return { type: "group", children: [stroke(from, y, to, y), stroke(from, y - 4, from, y + 4), stroke(to, y - 4, to, y + 4)] };
}

const WAYS = [
  ["returned_brk_bytes", "brk", "#3b82d6"],
  ["returned_munmap_bytes", "munmap", "#2fa36b"],
  ["returned_dontneed_bytes", "MADV_DONTNEED", "#e8833a"],
  ["returned_free_bytes", "MADV_FREE (promised)", "#d75fae"],
];
// Another kernel's own ways are columns too.
for (const { name } of data.columns) {
  const way = /^returned_(.+)_bytes$/.exec(name)?.[1];
  if (way && !WAYS.some(([column]) => column === name)) WAYS.push([name, way, data.colours[WAYS.length % data.colours.length]]);
}

function drawReturned(workload) {
  const shown = workload.contestants.filter((c) => WAYS.some(([column]) => column in c.values)).reverse();
  bars("chart-returned", `bytes returned to the kernel on ${title(workload)}, by system call`, shown, {
    legend: {},
    xAxis: byteAxis(shown.map((c) => WAYS.reduce((sum, [column]) => sum + (c.values[column] ?? 0), 0))),
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (v) => bytes(v ?? 0) },
    series: WAYS.map(([column, name, color]) => ({
      type: "bar", stack: "all", name, barMaxWidth: 22, itemStyle: { color },
      data: shown.map((c) => c.values[column] ?? null),
    })),
  });
}

// Long names are broken into lines, and each bar has room for the most of them.
function bars(id, label, shown, option) {
  const width = byId(id).clientWidth < 480 ? 120 : 200;
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "12px system-ui, sans-serif";
  const rows = Math.max(1, ...shown.map((c) => Math.ceil((pen.measureText(c.name).width + 8) / width)));
  draw(id, label, {
    ...option,
    yAxis: {
      type: "category",
      data: shown.map((c) => c.name),
      axisLabel: { interval: 0, hideOverlap: false, width, lineHeight: LABEL_ROW, overflow: "breakAll" },
    },
  }, shown.length * (rows * LABEL_ROW + 8) + 80);
}

function drawLatency(workload) {
  const shown = workload.contestants.filter((c) => c.latency);
  // 90 % stands at 10, 99 % at 100: as many in a step as are slower.
  const position = (percentile) => 100 / (100 - percentile);
  draw("chart-latency", `latency by percentile on ${title(workload)}`, {
    legend: {},
    tooltip: {
      trigger: "item",
      formatter: (item) => `${escaped(item.seriesName)}<br>${item.value[2]} %: ${duration(item.value[1])}`,
    },
    xAxis: {
      type: "log",
      min: 1,
      axisLabel: { formatter: (v) => `${+(100 - 100 / v).toFixed(6)} %`, alignMaxLabel: "right" },
    },
    yAxis: { type: "log", min: (of) => Math.max(1, 10 ** Math.floor(Math.log10(Math.max(of.min, 1)))), axisLabel: { formatter: duration } },
    series: shown.map((c) => ({
      type: "line",
      name: c.name,
      step: "end",
      showSymbol: false,
      itemStyle: { color: colourOf(c.name) },
      lineStyle: { width: 2, type: isReal(c) ? "dashed" : "solid" },
      data: c.latency.filter(([p]) => p < 100).map(([p, ns]) => [position(p), Math.max(ns, 1), +p.toPrecision(8)]),
    })),
  });
}

function drawPareto(workload) {
  const point = (c) => [c.values.retained_bytes, c.values.throughput_ops_per_s];
  const shown = workload.contestants.filter((c) => point(c).every((v) => v !== undefined));
  const unbeaten = workload.unbeaten.map((name) => shown.find((c) => c.name === name));
  draw("chart-pareto", `throughput against retained memory on ${title(workload)}`, {
    legend: {},
    tooltip: {
      trigger: "item",
      formatter: (item) => `${escaped(item.seriesName)}<br>retained ${bytes(item.value[0])}<br>${rate(item.value[1])}`,
    },
    xAxis: { ...byteAxis(shown.map((c) => c.values.retained_bytes), false), name: "retained", nameLocation: "middle", nameGap: 28 },
    yAxis: { type: "value", axisLabel: { formatter: (v) => digits(v / 1e6) }, name: "M ops/s" },
    grid: { left: 12, right: 28, top: 36, bottom: 64, containLabel: true },
    series: [
      ...shown.map((c) => ({
        type: "scatter",
        name: c.name,
        symbol: isReal(c) ? "circle" : "diamond",
        symbolSize: 14,
        itemStyle: { color: colourOf(c.name) },
        data: [point(c)],
      })),
      { type: "line", name: "unbeaten", step: "end", symbol: "none", silent: true, tooltip: { show: false }, lineStyle: { type: "dotted", width: 2, color: "#7d8a97" }, itemStyle: { color: "#7d8a97" }, data: unbeaten.map(point) },
    ],
  });
}

const shownWorkload = () => data.workloads[Number(byId("workload-choice").value)];

function drawWorkload() {
  const workload = shownWorkload();
  const withCurves = curvesOf(workload);
  options(byId("curve"), CURVES.map(([name]) => name).filter((name) => withCurves.some((c) => c.curves[name]))
    .sort((a, b) => (b === "resident") - (a === "resident")).map((name) => [name, name]));
  options(byId("contestant"), withCurves.map((c) => [c.name, c.badge ? `${c.name} (${c.badge})` : c.name]));
  drawMemory(workload);
  drawContestant(workload);
  drawThroughput(workload);
  drawLatency(workload);
  drawReturned(workload);
  drawPareto(workload);
}

// ------------------------------------------------------------------------------------ sweep

const sweptFigure = (row) => {
  const status = row[data.columns.findIndex((c) => c.name === "status")];
  const value = row[data.columns.findIndex((c) => c.name === byId("sweep-figure").value)];
  return status && status !== "ok" ? null : value;
};

/** Cells of the chosen workload that have every one of the keys, with their figures. */
function swept(keys) {
  const column = data.columns.findIndex((c) => c.name === "workload");
  return data.cells
    .map((row, i) => ({ row, place: data.sweep.places[i], value: sweptFigure(row) }))
    .filter((of) => of.row[column] === byId("sweep-workload").value && of.value !== null && keys.every((key) => key in of.place));
}

const keyNamed = (name) => data.sweep.keys.find((key) => key.name === name);

function drawSweep() {
  const across = keyNamed(byId("sweep-across").value);
  const up = byId("sweep-up").value === across.name ? undefined : keyNamed(byId("sweep-up").value);
  byId("sweep-caption").textContent = up
    ? "The least of all that have both values"
    : "A line for each contestant that is the same but for it";
  if (up) {
    drawHeat(across, up);
  } else {
    drawSweptCurve(across);
  }
}

const figureTitle = () => byId("sweep-figure").selectedOptions[0].textContent;

function figureAxis(values) {
  const column = byId("sweep-figure").value;
  return /_bytes$/.test(column)
    ? byteAxis(values)
    : { type: "value", axisLabel: { formatter: (value) => written(column, value) } };
}

function drawSweptCurve(across) {
  const lines = new Map();
  for (const { place, value } of swept([across.name])) {
    const [at, rest] = place[across.name];
    if (!lines.has(rest)) lines.set(rest, Array(across.values.length).fill(null));
    lines.get(rest)[at] = value;
  }
  const all = [...lines.values()].flat().filter((value) => value !== null);
  draw("chart-sweep", `${figureTitle()} over ${across.name}`, {
    legend: {},
    tooltip: { trigger: "item", valueFormatter: (value) => written(byId("sweep-figure").value, value) },
    grid: { left: 12, right: 28, top: 16, bottom: 64, containLabel: true },
    xAxis: { type: "category", data: across.values, name: across.name, nameLocation: "middle", nameGap: 28 },
    yAxis: figureAxis(all),
    series: [...lines].map(([name, values], i) => ({
      type: "line", name, data: values, symbolSize: 8, connectNulls: true,
      itemStyle: { color: data.colours[i % data.colours.length] },
    })),
  });
}

function drawHeat(across, up) {
  const least = new Map();
  for (const { place, value } of swept([across.name, up.name])) {
    const at = [place[across.name][0], place[up.name][0]];
    const before = least.get(at.join());
    if (!before || value < before[2]) least.set(at.join(), [...at, value]);
  }
  const cells = [...least.values()];
  const values = cells.map(([, , value]) => value);
  const column = byId("sweep-figure").value;
  draw("chart-sweep", `${figureTitle()} over ${across.name} and ${up.name}`, {
    tooltip: {
      trigger: "item",
      formatter: ({ value: [x, y, value] }) =>
        `${escaped(across.name)} ${escaped(across.values[x])}<br>${escaped(up.name)} ${escaped(up.values[y])}<br>${written(column, value)}`,
    },
    grid: { left: 12, right: 28, top: 36, bottom: 96, containLabel: true },
    xAxis: { type: "category", data: across.values, name: across.name, nameLocation: "middle", nameGap: 28 },
    yAxis: { type: "category", data: up.values, name: up.name, nameTextStyle: { align: "left" } },
    visualMap: {
      min: Math.min(...values, Infinity) === Infinity ? 0 : Math.min(...values),
      max: Math.max(...values, 0),
      orient: "horizontal", left: "center", bottom: 0, itemHeight: 160,
      textStyle: { color: getComputedStyle(document.documentElement).getPropertyValue("--text") },
      formatter: (value) => written(column, value),
      inRange: { color: ["#d8efe0", "#f7e3a1", "#f0a36a", "#e06a55"] },
    },
    series: [{
      type: "heatmap", name: "least", data: cells,
      label: { show: cells.length <= 150, color: "#1c2024", textBorderColor: "#fff", textBorderWidth: 2, formatter: ({ value }) => written(column, value[2]) },
    }],
  }, 120 + 34 * up.values.length);
}

function drawFleet() {
  const fleet = data.fleet[Number(byId("fleet").value)];
  const axis = (name, values) => ({
    type: Math.max(...values) > 20 ? "log" : "value", name, min: 1,
    axisLabel: { formatter: (value) => `${digits(value).replace(/\.0+$/, "")} ×` },
  });
  draw("chart-fleet", `${fleet.up} against ${fleet.across} over all workloads`, {
    legend: {},
    tooltip: {
      trigger: "item",
      formatter: ({ seriesName, value: [x, y] }) =>
        `${escaped(seriesName)}<br>${escaped(fleet.across)} ${times(x)}<br>${escaped(fleet.up)} ${times(y)}`,
    },
    grid: { left: 12, right: 28, top: 36, bottom: 64, containLabel: true },
    xAxis: { ...axis(fleet.across, fleet.points.map(([, x]) => x)), nameLocation: "middle", nameGap: 28 },
    yAxis: axis(fleet.up, fleet.points.map(([, , y]) => y)),
    series: [
      ...fleet.points.map(([name, x, y]) => ({
        type: "scatter", name, symbolSize: 13, itemStyle: { color: colourOf(name) }, data: [[x, y]],
      })),
      { type: "line", name: "beaten by nobody", step: "end", symbol: "none", silent: true, lineStyle: { type: "dotted", width: 2, color: "#7d8a97" }, itemStyle: { color: "#7d8a97" }, data: fleet.front.map(([, x, y]) => [x, y]) },
    ],
  });
}

const SWEPT = [...OBJECTIVES, ["forecast_one_life_ns_per_op", "Foretold one life"], ["time_to_return_half_ns", "Time to return half"]]
  .filter(([column]) => data.workloads.some((r) => r.contestants.some((c) => column in c.values)));

const hasSweep = () => data.sweep.keys.length > 0 && SWEPT.length > 0;

function drawSweeps() {
  if (hasSweep()) drawSweep();
  if (data.fleet.length > 0) drawFleet();
}

function startSweep() {
  byId("sweep").hidden = !hasSweep() && data.fleet.length === 0;
  byId("sweep-choices").hidden = byId("sweep-figure-place").hidden = !hasSweep();
  byId("fleet-place").hidden = data.fleet.length === 0;
  const widest = data.sweep.keys.toSorted((a, b) => b.values.length - a.values.length).map(({ name }) => [name, name]);
  options(byId("sweep-figure"), SWEPT);
  if (SWEPT.some(([column]) => column === "retained_bytes")) byId("sweep-figure").value = "retained_bytes";
  options(byId("sweep-across"), widest);
  options(byId("sweep-up"), [["", "nothing else"], ...widest]);
  byId("sweep-up").value = widest.length > 1 ? widest[1][0] : "";
  const column = data.columns.findIndex((c) => c.name === "workload");
  options(byId("sweep-workload"), [...new Set(data.cells.map((row) => row[column]))].map((name) => [name, name]));
  options(byId("fleet"), data.fleet.map(({ across, up }, i) => [String(i), `${up} against ${across}`]));
  ["sweep-figure", "sweep-across", "sweep-up", "sweep-workload"].forEach((id) => byId(id).addEventListener("change", drawSweep));
  byId("fleet").addEventListener("change", drawFleet);
}

// ------------------------------------------------------------------------------------ table

const FIRST_COLUMNS = [
  "allocator", "settings", "workload", "memory", "threads", "status", "throughput_ops_per_s", "latency_p50_ns",
  "latency_p99_9_ns", "latency_max_ns", "modelled_ns_per_op", "peak_resident_bytes", "retained_bytes",
  "returned_share", "time_to_return_half_ns",
];

let order = { column: -1, ascending: true };

function drawTable() {
  const wanted = byId("all-columns").checked ? data.columns.map((c) => c.name) : FIRST_COLUMNS;
  const indexes = wanted.map((name) => data.columns.findIndex((c) => c.name === name));
  const head = document.createElement("tr");
  for (const index of indexes) {
    const column = data.columns[index];
    const cell = element("th", "", { scope: "col", title: column.about, ...(column.number ? {} : { class: "text" }) });
    if (index === order.column) {
      cell.setAttribute("aria-sort", order.ascending ? "ascending" : "descending");
    }
    const button = element("button", column.name.replaceAll("_", " "), { type: "button", "data-column": column.name });
    button.addEventListener("click", () => sortBy(index));
    cell.append(button);
    head.append(cell);
  }
  byId("table").tHead.replaceChildren(head);
  const rows = sortedRows();
  byId("table").tBodies[0].replaceChildren(...rows.map((row) => tableRow(row, indexes)));
  byId("count").textContent = `${rows.length} of ${data.cells.length} rows`;
}

function sortBy(index) {
  order = { column: index, ascending: order.column === index ? !order.ascending : true };
  drawTable();
  document.querySelector(`#table [data-column="${data.columns[index].name}"]`).focus();
}

/** What was not measured comes last, whichever the order. */
function sortedRows() {
  const sought = byId("filter").value.toLowerCase();
  const rows = data.cells.filter((row) => row.some((v) => typeof v === "string" && v.toLowerCase().includes(sought)));
  const { column, ascending } = order;
  if (column >= 0) {
    rows.sort((a, b) => {
      const [x, y] = [a[column], b[column]];
      if (x === null || y === null) {
        return (x === null) - (y === null);
      }
      const difference = typeof x === "number" ? x - y : x.localeCompare(y, "en");
      return ascending ? difference : -difference;
    });
  }
  return rows;
}

function tableRow(row, indexes) {
  const made = document.createElement("tr");
  for (const index of indexes) {
    const column = data.columns[index];
    const value = row[index];
    made.append(element("td", written(column.name, value), {
      ...(column.number ? { "data-value": value ?? "" } : { class: "text" }),
    }));
  }
  return made;
}

// ------------------------------------------------------------------------------------- page

function setTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  byId("theme").textContent = dark ? "Light" : "Dark";
  byId("theme").setAttribute("aria-label", dark ? "Switch to the light theme" : "Switch to the dark theme");
  if (data.workloads.length > 0) {
    drawWorkload();
  }
  drawSweeps();
}

function start() {
  document.title = `Heapstakes: ${data.run}`;
  byId("run").textContent = data.run;
  byId("summary").textContent =
    `${names.length} contestants · ${data.workloads.length} workloads` + (data.started ? ` · ${data.started}` : "");
  byId("command").textContent = data.command ?? "not known: environment.json is missing";
  for (const [name, value] of data.environment ?? []) {
    byId("machine").append(element("dt", name), element("dd", value));
  }
  options(byId("objective"), OBJECTIVES);
  options(byId("workload-choice"), data.workloads.map((workload, i) => [String(i), title(workload)]));
  byId("objective").addEventListener("change", drawRatios);
  byId("workload-choice").addEventListener("change", drawWorkload);
  byId("curve").addEventListener("change", () => drawMemory(shownWorkload()));
  byId("contestant").addEventListener("change", () => drawContestant(shownWorkload()));
  byId("filter").addEventListener("input", drawTable);
  byId("all-columns").addEventListener("change", drawTable);
  byId("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme !== "dark"));
  startSweep();
  document.querySelector('nav a[href="#sweep"]').hidden = byId("sweep").hidden;
  drawAdvice();
  if (OBJECTIVES.length > 0) {
    drawRatios();
  }
  setTheme(matchMedia("(prefers-color-scheme: dark)").matches);
  drawTable();
}

start();
