package model

import (
	"slices"
	"time"

	"docket/app/desk"
)

// Call is who was called to a ticket, and who has said that they have it.
type Call struct {
	To    []desk.PersonID
	Level int
	At    time.Time
	Rings bool
	Open  bool // of an escalation: it is under way
	AckBy desk.PersonID
}

// mayCall says what of calling people makes sense.
func (t *Ticket) mayCall(args desk.Args) Answer {
	wrong := false
	switch args.(type) {
	case desk.Escalate:
		wrong = t.Status.Done()
	case desk.Acknowledge:
		wrong = !t.Page.Rings && !t.Escalation.Rings && t.Page.AckBy == "" && t.Escalation.AckBy == ""
	case desk.Deescalate:
		wrong = t.Escalation.At.IsZero()
	}
	if wrong {
		return Invalid
	}
	return Yes
}

// calls is what a change does to who is called.
func (w *World) calls(p desk.PersonID, t *Ticket, args desk.Args) {
	switch a := args.(type) {
	case desk.SetPriority:
		if a.To == desk.PriorityEmergency && a.From != a.To && t.Urgency != desk.UrgencyEmergency && !t.Status.Done() && !t.Page.Rings {
			w.page(t)
		}
	case desk.Escalate:
		w.escalate(t)
	case desk.Acknowledge:
		t.Page.ack(p)
		t.Escalation.ack(p)
	case desk.Deescalate:
		t.Escalation.end()
	}
	if t.Status.Done() { // nobody is called to what is over
		t.Page.end()
		t.Escalation.end()
	}
}

// rota is that of the ticket's department or, where it has none, of the one it
// was meant for; what receives has none in this world.
func (w *World) rota(t *Ticket) desk.Rota {
	if r := w.Departments[t.Department].Rota; r.Any() {
		return r
	}
	return w.Departments[t.Intended].Rota
}

// page calls the first who is on call, and in this world everybody is on duty
// day and night.
func (w *World) page(t *Ticket) {
	r := w.rota(t)
	if !r.Any() {
		return
	}
	t.Page = Call{To: w.whom(t, r.OnCall), Level: 1, At: w.Now, Rings: true}
}

// escalate tells who is first on the path. Within a day of the last step it
// adds a word alone, and there is one step in this world.
func (w *World) escalate(t *Ticket) {
	e := &t.Escalation
	if !e.At.IsZero() && w.Now.Sub(e.At) < 24*time.Hour {
		return
	}
	path := w.rota(t).Escalation
	if e.Open && (e.Level > 0 || len(path) == 0) {
		e.At = w.Now
		return
	}
	t.Escalation = Call{To: w.whom(t, path), Level: min(len(path), 1), At: w.Now, Rings: true, Open: true}
}

// whom is who is on duty or, where nobody is, the leads, and where there are
// none, the admins; beside them who has the ticket.
func (w *World) whom(t *Ticket, path []desk.Level) []desk.PersonID {
	var to []desk.PersonID
	if len(path) > 0 {
		if p := path[0].Duty[0].Person; w.enabled(p) && w.staff(p) {
			to = append(to, p)
		}
	}
	if len(to) == 0 {
		to = w.all(func(x desk.Person) bool { return x.Role == desk.Lead && slices.Contains(x.Departments, t.Department) })
	}
	if len(to) == 0 {
		to = w.all(func(x desk.Person) bool { return x.Role == desk.Admin })
	}
	if t.Assignee != "" {
		to = append(to, t.Assignee)
	}
	return to
}

func (w *World) all(who func(desk.Person) bool) (out []desk.PersonID) {
	for p, x := range w.People {
		if !x.Disabled && who(x) {
			out = append(out, p)
		}
	}
	return out
}

func (c *Call) ack(p desk.PersonID) {
	if c.Rings {
		c.Rings, c.AckBy = false, p
	}
}

func (c *Call) end() { c.To, c.Rings, c.Open = nil, false, false }
