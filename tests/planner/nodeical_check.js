// Reads a calendar with node-ical and prints each property as a line, as libical_check.c does. node-ical gives properties
// names and types of its own; the names are turned back here, and dates are written as in a calendar.

const ical = require("node-ical");

const NAMES = { start: "DTSTART", end: "DTEND", lastmodified: "LAST-MODIFIED", transparency: "TRANSP" };
const OWN = ["type", "datetype", "alarms"];

function written(value) {
  if (!(value instanceof Date)) return String(value.val ?? value);
  const compact = value.toISOString().replace(/[-:]|\.000/g, "");
  const day = [value.getFullYear(), value.getMonth() + 1, value.getDate()].map((part) => String(part).padStart(2, "0"));
  return value.dateOnly ? day.join("") : compact;
}

function nameOf(key) {
  const name = NAMES[key] ?? key.toUpperCase();
  return /^(WR|APPLE|PUBLISHED|MICROSOFT)-/.test(name) ? `X-${name}` : name;
}

function show(prefix, properties) {
  for (const [key, value] of Object.entries(properties)) {
    if (OWN.includes(key) || (prefix && key === "end")) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      console.log(`${prefix}${nameOf(key)}\t${written(one).replaceAll("\n", "\x1f")}`);
    }
  }
}

const { vcalendar, ...read } = ical.sync.parseICS(require("fs").readFileSync(0, "utf8"));
const events = Object.entries(read).filter(([, one]) => one.type === "VEVENT");
show("", { ...vcalendar, ...Object.fromEntries(Object.entries(read).filter(([, one]) => !one.type)) });
for (const [, event] of events) {
  console.log("");
  show("", event);
  for (const alarm of event.alarms ?? []) show("VALARM ", alarm);
}
