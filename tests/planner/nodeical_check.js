// Reads a calendar from standard input with node-ical, and prints each event as a line of tab-separated fields:
// uid, start in seconds (of a whole day, its midnight in UTC), status, sequence, title. By start, then uid.
const ical = require("node-ical");

const text = require("fs").readFileSync(0, "utf8");
const events = Object.values(ical.sync.parseICS(text)).filter((one) => one.type === "VEVENT");

function seconds(event) {
  const start = event.start;
  if (event.datetype !== "date") return start.getTime() / 1000;
  return Date.UTC(start.getFullYear(), start.getMonth(), start.getDate()) / 1000;
}

for (const event of events) {
  console.log([event.uid, seconds(event), event.status, Number(event.sequence), event.summary].join("\t"));
}
