package policy

import (
	"cmp"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// Reminders do not come at night nor on a weekend (BEHAVIOURS 4.13): not before
// eight in the morning, nor from eight in the evening on.
const (
	morning = 8 * 60
	evening = 20 * 60
)

// ReminderZone is the clock by which a ticket's customer is reminded: their own,
// their organization's, or the department's; "" where none is declared.
func ReminderZone(t *desk.Ticket, place desk.Place) string {
	return cmp.Or(place.People[t.Requester].Zone, place.Orgs[t.Org].Zone, place.Departments[t.Department].Open.Zone)
}

// Reminded is the first moment from at on at which a customer whose clock is
// that of zone is reminded. Without a zone nobody knows when their night is.
func Reminded(zone string, at time.Time) time.Time {
	if zone == "" {
		return at
	}
	c := desk.Calendar{Zone: zone}
	for day := time.Monday; day <= time.Friday; day++ {
		c.Week = append(c.Week, desk.Span{Day: day, From: morning, To: evening})
	}
	cal, err := hours.New(c)
	if err != nil {
		return at
	}
	return cal.Next(at)
}
