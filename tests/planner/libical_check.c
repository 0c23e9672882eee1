/* Reads a calendar with libical and prints one line per event: UID, start in seconds since 1970, status, SEQUENCE, title.
 * Ends with 1 where libical finds an error in a line, and with 2 where the calendar breaks a rule of RFC 5545 or 5546. */

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_line(char *buffer, size_t size, void *file)
{
    return fgets(buffer, (int)size, (FILE *)file);
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
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    for (; event != NULL; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        icalproperty *status = icalcomponent_get_first_property(event, ICAL_STATUS_PROPERTY);
        printf("%s\t%lld\t%s\t%d\t%s\n", icalcomponent_get_uid(event),
               (long long)icaltime_as_timet_with_zone(icalcomponent_get_dtstart(event), icaltimezone_get_utc_timezone()),
               icalproperty_status_to_string(icalproperty_get_status(status)), icalcomponent_get_sequence(event),
               icalcomponent_get_summary(event));
    }
    icalcomponent_free(calendar);
    icalparser_free(parser);
    return 0;
}
