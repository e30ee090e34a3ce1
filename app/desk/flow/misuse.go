package flow

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// maxStrikes bounds what is kept of a person's past; the newest stay.
const maxStrikes = 20

// openDoubt takes what counts against whoever opens it into account (BEHAVIOURS
// 1.12). Nothing keeps an emergency out: it is taken, and only not believed
// before the team has looked. Nor does anything keep an appeal out.
func (d *decision) openDoubt(a desk.Open) error {
	if d.actor.Role.Staff() {
		return nil // whoever opens it for somebody has judged it
	}
	m := d.st.Place.Misuse
	c := policy.Follows(m, policy.StandingOf(d.st.Place, d.actor.Person), d.now)
	u := d.t.Urgency
	switch {
	case c.Does == desk.SanctionBan && u != desk.UrgencyEmergency && a.Department != m.Appeal:
		return (&desk.Error{
			Code: desk.CodeDenied, Field: "department", Message: "Support takes nothing new from you here at the moment; what is open goes on.",
			Hint: "Write to {department} if you object. For an emergency, call, or choose Emergency.",
		}).With("department", d.st.Place.Departments[m.Appeal].Name)
	case c.Does == desk.SanctionNoHigh && u == desk.UrgencyHigh:
		return (&desk.Error{
			Code: desk.CodeDenied, Field: "urgency", Message: "You cannot choose High before {until, date, day}.",
			Hint: "Choose Normal, or Emergency if it is one; everything you wrote is kept.",
		}).With("until", c.Until.UTC())
	case c.Doubts() && policy.Urgent(u):
		d.t.Claimed, d.t.Urgency = u, desk.UrgencyNormal
	}
	return nil
}

// appeals reports whether somebody objects to what counts against them, which
// goes straight to where the desk says.
func (d *decision) appeals(dept desk.DeptID) bool {
	m := d.st.Place.Misuse
	return m.Counted() && dept == m.Appeal && policy.Follows(m, policy.StandingOf(d.st.Place, d.actor.Person), d.now).Does != desk.SanctionNone
}

// believed makes the team's word public where what somebody called urgent
// waited for it. It begins there: who was called before was the team's affair.
func (d *decision) believed(to desk.Priority) {
	if d.t.Claimed == "" || !policy.Urgent(to.AsUrgency()) {
		return
	}
	from := d.t.Urgency
	d.t.Urgency, d.t.Claimed = to.AsUrgency(), ""
	d.add(desk.Entry{Kind: desk.UrgencySet, From: string(from), To: string(d.t.Urgency)}, desk.Public)
	if d.t.Urgency == desk.UrgencyEmergency && !d.t.Status.Done() {
		d.t.Page = desk.Summons{}
		d.page()
	}
}

// lowers tells the customer why what they called urgent is taken as less, once
// and where the department does so.
func (d *decision) lowers(a desk.SetPriority) (tell func(), err error) {
	told, err := checkLine("told", "sentence", a.Told, MaxReason)
	if err != nil {
		return nil, err
	}
	claimed := policy.Claimed(&d.t)
	lower := policy.Urgent(claimed) && policy.Above(claimed.AsPriority(), a.To)
	known := d.t.Claimed == "" // that it was called urgent
	switch {
	case told != "" && !lower:
		return nil, invalid("told", "It is not taken as less than the customer called it.", "Leave the sentence for the customer out.")
	case told == "" && lower && known && d.st.Place.Departments[d.t.Department].Policy.TellLowered && !policy.Lowered(&d.t):
		return nil, invalid("told", "The customer called it more urgent than that, and is told why it is taken as less.", "Say it in a calm sentence; the customer reads it.")
	case told == "":
		return func() {}, nil
	}
	e := desk.Entry{Kind: desk.UrgencySet, To: string(a.To.AsUrgency()), Reason: told}
	if known {
		e.From = string(claimed)
	}
	return func() { d.add(e, desk.Public) }, nil
}

// accused is the customer the ticket would count against: who opened it in
// their own name.
func (d *decision) accused() (desk.Person, error) {
	p, known := d.st.Place.People[d.t.Requester]
	i := slices.IndexFunc(d.t.Steps, func(s desk.Step) bool { return s.Kind == "received" })
	if !known || p.Role != desk.Customer || i >= 0 && d.t.Steps[i].By != p.ID {
		return p, invalid("", "The customer did not choose the urgency of this ticket.", "Nothing can count against them for it.")
	}
	if !d.st.Place.Misuse.Counted() {
		return p, invalid("", "This desk does not count misuse.", "Whoever runs it can say so in desk.yaml, under misuse.")
	}
	return p, nil
}

// strike counts the ticket against whoever called it urgent.
func (d *decision) strike(a desk.CountMisuse) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	p, err := d.accused()
	if err != nil {
		return err
	}
	s := p.Standing
	switch {
	case !policy.Lowered(&d.t) || policy.Urgent(d.t.Priority.AsUrgency()):
		return invalid("", "Nothing of this ticket was called urgent and is not.", "Set its priority to Normal or Low first, if that is what it is.")
	case struck(s, d.t.ID):
		return nil
	case reason == "":
		return invalid("reason", "There is no reason.", "Say why it was not urgent; {who} reads it.").With("who", p.Name)
	}
	s = d.settled(s)
	s.Strikes = append(slices.Clone(s.Strikes), desk.Strike{Ticket: d.t.ID, By: d.actor.Person, At: d.now, Reason: reason})
	if n := len(s.Strikes) - maxStrikes; n > 0 {
		s.Strikes = s.Strikes[n:]
	}
	d.counted(p, s, desk.Struck, reason)
	return nil
}

// unstrike takes it back, and what followed from it: that is computed from the
// strikes, and a ban that stands on too few of them ends.
func (d *decision) unstrike(a desk.UncountMisuse) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	p := d.st.Place.People[d.t.Requester]
	s := p.Standing
	switch {
	case !struck(s, d.t.ID):
		return nil
	case reason == "":
		return invalid("reason", "There is no reason.", "Say why it does not count after all; the team reads it.")
	}
	s.Strikes = slices.DeleteFunc(slices.Clone(s.Strikes), func(x desk.Strike) bool { return x.Ticket == d.t.ID })
	s = d.settled(s)
	d.counted(p, s, desk.Unstruck, reason)
	d.frees(s)
	return nil
}

// frees takes what else somebody called urgent at their word, once too little
// counts against them for a doubt. What the team has judged by now stays so.
func (d *decision) frees(s desk.Standing) {
	if policy.Follows(d.st.Place.Misuse, s, d.now).Doubts() {
		return
	}
	for _, t := range d.st.Others {
		if t.Requester != d.t.Requester || t.ID == d.t.ID || !policy.Doubted(t) {
			continue
		}
		on := d.beside(t)
		on.actor, on.still = desk.Clerk(), false // that it waited was the desk's doing
		on.believed(t.Claimed.AsPriority())
		d.second = append(d.second, on)
	}
	if policy.Doubted(&d.t) {
		d.believed(d.t.Claimed.AsPriority())
	}
}

// ban is a lead's word and nobody else's.
func (d *decision) ban(a desk.SetBan) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	if d.actor.Role != desk.Lead && d.actor.Role != desk.Admin {
		return &desk.Error{Code: desk.CodeDenied, Message: "Only a lead decides that nothing new is taken from somebody.", Hint: "Ask a lead, and say why."}
	}
	p, err := d.accused()
	if err != nil {
		return err
	}
	s := d.settled(p.Standing)
	switch {
	case a.Ban != s.Banned.IsZero():
		return nil
	case reason == "":
		return invalid("reason", "There is no reason.", "Say why; {who} reads it.").With("who", p.Name)
	case a.Ban && !policy.Follows(d.st.Place.Misuse, s, d.now).Ban:
		return invalid("", "Too little counts against this person for that.", "It takes as many times as the desk’s ladder says.")
	}
	e := desk.Entry{Kind: desk.BanSet, From: "banned", Reason: reason}
	s.Banned, s.BannedBy, s.BanReason = time.Time{}, "", ""
	if a.Ban {
		e.From, e.To = "", "banned"
		s.Banned, s.BannedBy, s.BanReason = d.now, d.actor.Person, reason
	}
	d.counts = &desk.Counts{Person: p.ID, Standing: s}
	e.ToName = p.Name
	d.add(e, desk.Internal)
	return nil
}

// settled is a standing without a ban that stands on too few strikes by now.
func (d *decision) settled(s desk.Standing) desk.Standing {
	if !policy.Follows(d.st.Place.Misuse, s, d.now).Ban {
		s.Banned, s.BannedBy, s.BanReason = time.Time{}, "", ""
	}
	return s
}

func struck(s desk.Standing, t desk.TicketID) bool {
	return slices.ContainsFunc(s.Strikes, func(x desk.Strike) bool { return x.Ticket == t })
}

// counted changes what counts against somebody, which the team reads in the
// ticket and they themselves where they write.
func (d *decision) counted(p desk.Person, s desk.Standing, kind desk.Kind, reason string) {
	d.counts = &desk.Counts{Person: p.ID, Standing: s}
	d.add(desk.Entry{
		Kind: kind, To: string(p.ID), ToName: p.Name, Reason: reason,
		Text: string(policy.Follows(d.st.Place.Misuse, s, d.now).Does),
	}, desk.Internal)
}
