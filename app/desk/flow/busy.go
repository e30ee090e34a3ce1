package flow

import (
	"time"

	"docket/app/desk"
)

// MayAnnounce reports whether a may say for the department, to everybody, how
// busy it is: who leads it, and an admin.
func MayAnnounce(a desk.Actor, d desk.DeptID) bool {
	return a.Role == desk.Admin || a.Role == desk.Lead && a.In(d)
}

// Announce checks what a lead says of how busy their department is, and gives
// it as it is told. Without words it takes back what was said.
func Announce(b desk.Busy, a desk.Actor, place desk.Place, now time.Time) (desk.Busy, error) {
	if _, there := place.Departments[b.Department]; !there || !MayAnnounce(a, b.Department) {
		return b, &desk.Error{Code: desk.CodeDenied, Message: "Only those who lead a department say how busy it is.", Hint: "Ask a lead of it."}
	}
	var err error
	if b.Text, err = checkLine("text", "notice", b.Text, desk.MaxBusyText); err != nil {
		return b, err
	}
	b.Until = b.Until.UTC().Truncate(time.Minute)
	switch {
	case b.Text == "":
		b.Until = time.Time{}
	case !b.Until.After(now):
		return b, invalid("until", "That time has passed.", "Say until when answers take longer.")
	case b.Until.Sub(now) > desk.MaxBusy:
		return b, invalid("until", "That is more than seven days from now.", "Choose an earlier end; it can be said again then.")
	}
	return b, nil
}
