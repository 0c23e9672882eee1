// Reads a calendar with ical.js and prints one line per event, as libical_check.c does.

const fs = require("node:fs");
const module_ = require("ical.js");
const ICAL = module_.default || module_;

const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(0, "utf8")));
for (const component of calendar.getAllSubcomponents("vevent")) {
    const event = new ICAL.Event(component);
    const start = event.startDate.isDate ? Date.parse(`${event.startDate.toString()}T00:00:00Z`) / 1000 : event.startDate.toUnixTime();
    console.log([event.uid, start, component.getFirstPropertyValue("status"), event.sequence, event.summary].join("\t"));
}
