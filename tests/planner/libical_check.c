/* Reads a calendar with libical and prints each property as a line: its name, a tab, and its value as people read it, in
 * which a line break is U+001F. First those of the calendar, then after an empty line those of each event and its alarm.
 * Ends with 1 where libical finds an error in a line, and with 2 where the calendar breaks a rule of RFC 5545 or 5546. */

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_line(char *buffer, size_t size, void *file)
{
    return fgets(buffer, (int)size, (FILE *)file);
}

static void show(const char *prefix, icalcomponent *component)
{
    icalproperty *property = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY);
    for (; property != NULL; property = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY)) {
        icalvalue *value = icalproperty_get_value(property);
        const char *text = icalvalue_isa(value) == ICAL_TEXT_VALUE ? icalvalue_get_text(value)
                                                                   : icalvalue_as_ical_string(value);
        printf("%s%s\t", prefix, icalproperty_get_property_name(property));
        for (; *text != '\0'; text++) {
            putchar(*text == '\n' ? '\x1f' : *text);
        }
        putchar('\n');
    }
}

int main(void)
{
    icalparser *parser = icalparser_new();
    icalparser_set_gen_data(parser, stdin);
    icalcomponent *calendar = icalparser_parse(parser, read_line);
    if (calendar == NULL || icalcomponent_count_errors(calendar) > 0) {
        return 1;
    }
    if (!icalrestriction_check(calendar)) {
        return 2;
    }
    show("", calendar);
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    for (; event != NULL; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        putchar('\n');
        show("", event);
        icalcomponent *alarm = icalcomponent_get_first_component(event, ICAL_VALARM_COMPONENT);
        for (; alarm != NULL; alarm = icalcomponent_get_next_component(event, ICAL_VALARM_COMPONENT)) {
            show("VALARM ", alarm);
        }
    }
    icalcomponent_free(calendar);
    icalparser_free(parser);
    return 0;
}
