package policy

import (
	"time"

	"docket/app/desk"
)

// mostStandIns is how far one who stands in for another is followed.
const mostStandIns = 8

// Absent reports whether somebody of ours is away.
func Absent(people map[desk.PersonID]desk.Person, p desk.PersonID, now time.Time) bool {
	return people[p].Away.At(now)
}

// StandIn is who has what is somebody's at that moment: they themselves, who
// stands in for them while they are away, or "" where nobody is left who does.
func StandIn(people map[desk.PersonID]desk.Person, p desk.PersonID, now time.Time) desk.PersonID {
	for range mostStandIns {
		away := people[p].Away
		if !away.At(now) {
			return p
		}
		next, known := people[away.Substitute]
		if !known || !next.Role.Staff() || next.Disabled {
			return ""
		}
		p = next.ID
	}
	return ""
}
