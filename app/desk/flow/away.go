package flow

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// longestAway is how long somebody can be away and how far ahead they say so.
const longestAway = 366 * 24 * time.Hour

// Leave gives who as they are once a has said when they are away and who stands
// in for them, or, without a time, that they are here. They say it themselves,
// or who leads one of their departments does.
func Leave(place desk.Place, a desk.Actor, who desk.PersonID, away desk.Absence, now time.Time) (desk.Person, error) {
	p, known := place.People[who]
	if !a.Role.Staff() || !known || !p.Role.Staff() || p.Disabled {
		return desk.Person{}, access.NotFound()
	}
	leads := a.Role == desk.Admin || a.Role == desk.Lead && slices.ContainsFunc(p.Departments, a.In)
	if a.Person != who && !leads {
		return desk.Person{}, (&desk.Error{
			Code: desk.CodeDenied, Field: "person", Message: "When {who} is away is for them to say, or for who leads their department.",
			Hint: "Ask one of them.",
		}).With("who", p.Name)
	}
	away.From, away.Until = away.From.UTC().Truncate(time.Minute), away.Until.UTC().Truncate(time.Minute)
	if away.Until.IsZero() {
		p.Away = desk.Absence{}
		return p, nil
	}
	if away.From.Before(now) {
		away.From = now.UTC().Truncate(time.Minute)
	}
	if err := mayStandIn(place, p, away, now); err != nil {
		return desk.Person{}, err
	}
	p.Away = away
	return p, nil
}

func mayStandIn(place desk.Place, p desk.Person, away desk.Absence, now time.Time) error {
	s, known := place.People[away.Substitute]
	switch {
	case !away.Until.After(now):
		return invalid("until", "That time has passed.", "Choose a later one.")
	case !away.Until.After(away.From):
		return invalid("until", "It would be over before it begins.", "Look at the two times.")
	case away.Until.Sub(now) > longestAway:
		return invalid("until", "That is more than a year ahead.", "Look at the date.")
	case away.Substitute == "":
		return invalid("substitute", "It does not say who stands in.", "Choose a colleague, so that nothing waits for {who}.").With("who", p.Name)
	case !known || !s.Role.Staff() || s.Disabled || s.ID == p.ID:
		return invalid("substitute", "Only another one of the team can stand in.", "Choose somebody from the list.")
	case s.Away.Over(away):
		return invalid("substitute", "{who} is away then, too.", "Choose somebody who is here.").With("who", s.Name)
	}
	for _, d := range p.Departments {
		if s.Role != desk.Admin && !slices.Contains(s.Departments, d) {
			return invalid("substitute", "{who} does not work in {department}, where {other} has tickets.", "Choose somebody who does.").With("who", s.Name, "department", place.Departments[d].Name, "other", p.Name)
		}
	}
	return nil
}

// whose is who is asked about what is somebody's: they, who stands in for them
// while they are away, or, where there is nobody, who leads the department.
func (d *decision) whose(p desk.PersonID) []desk.PersonID {
	if p != "" {
		if p = policy.StandIn(d.st.Place.People, p, d.now); p != "" {
			d.reaches(p)
			return []desk.PersonID{p}
		}
	}
	return d.leads()
}

// reaches has who stands in read a ticket that lies in no department of theirs.
func (d *decision) reaches(p desk.PersonID) {
	who := d.st.Place.People[p]
	works := who.Role == desk.Admin || slices.Contains(who.Departments, d.t.Department) || d.t.Assignee == p ||
		slices.Contains(d.t.Helpers, p) || slices.Contains(d.t.Followers, p)
	if !works && who.Role.Staff() {
		d.t.Followers = append(d.t.Followers, p)
	}
}

// standsIn tells at once who stands in for whoever has the ticket and is away:
// the customer wrote, or it was given to them.
func (d *decision) standsIn() {
	p := d.t.Assignee
	if d.lesser || d.clerk() || p == "" || !policy.Absent(d.st.Place.People, p, d.now) || d.actor.Person == p {
		return
	}
	to := d.whose(p)
	if slices.Contains(to, d.actor.Person) {
		return
	}
	d.add(desk.Entry{Kind: desk.Nudged, From: string(p), To: ids(to), ToName: d.names(to), Reason: "stands_in", Text: d.nameOf(p)}, desk.Internal)
}

// asksOf nudges those it is meant for, or whoever stands in for them.
func (d *decision) asksOf(e desk.Entry, p desk.PersonID) {
	to := d.whose(p)
	e.Kind, e.To, e.ToName, e.Away = desk.Nudged, ids(to), d.names(to), d.absent(d.meant(p), to)
	d.add(e, desk.Internal)
}

// meant is who is asked about what is somebody's, or nobody's, when they are there.
func (d *decision) meant(p desk.PersonID) []desk.PersonID {
	if p == "" {
		return d.whoLead()
	}
	return []desk.PersonID{p}
}

// absent names those of whom it was meant for that others are asked instead.
func (d *decision) absent(meant, to []desk.PersonID) string {
	return d.names(slices.DeleteFunc(meant, func(p desk.PersonID) bool { return slices.Contains(to, p) }))
}
