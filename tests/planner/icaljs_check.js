// Reads a calendar with ical.js and prints each property as a line, as libical_check.c does.

const fs = require("node:fs");
const module_ = require("ical.js");
const ICAL = module_.default || module_;

function show(prefix, component) {
  for (const property of component.getAllProperties()) {
    for (const value of property.getValues()) {
      const text = value && value.toICALString ? value.toICALString() : String(value);
      console.log(`${prefix}${property.name.toUpperCase()}\t${text.replaceAll("\n", "\x1f")}`);
    }
  }
}

const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(0, "utf8")));
show("", calendar);
for (const event of calendar.getAllSubcomponents("vevent")) {
  console.log("");
  show("", event);
  for (const alarm of event.getAllSubcomponents("valarm")) show("VALARM ", alarm);
}
