package app

import (
	"slices"
	"time"

	"docket/app/desk"
)

// The states of a step.
const (
	stepDone = "done"
	stepNow  = "now"
	stepNext = "next"
)

// steps is how far a request is, as its customer may know it: what has
// happened in the order it happened, the next thing to expect, and the end.
// There is always exactly one step that is now, unless the request is over.
func (r *rower) steps(t *desk.Ticket) []StepView {
	out := r.past(t)
	if t.Status.Done() {
		return append(out, r.ends(t)...)
	}
	answered := slices.ContainsFunc(out, func(s StepView) bool { return s.Kind == "answered" })
	seen := slices.ContainsFunc(out, func(s StepView) bool { return s.Kind == "triaged" })
	out = append(out, r.expected(t, seen, answered))
	reply := len(out) - 1 // the step that is a reply of ours
	if !answered && out[reply].Kind != "answered" {
		out = append(out, StepView{Kind: "answered", Title: say("First answer"), State: stepNext})
		reply++
	}
	if due, kind := r.due(t); kind == desk.DueFirstReply || kind == desk.DueNextReply {
		out[reply].Due = stamp(due)
	}
	return append(out, StepView{Kind: "solved", Title: say("Solved"), State: stepNext})
}

// past is what has happened, without how it ended.
func (r *rower) past(t *desk.Ticket) []StepView {
	last := func(kind string) (desk.Step, bool) {
		for _, s := range slices.Backward(t.Steps) {
			if s.Kind == kind {
				return s, true
			}
		}
		return desk.Step{}, false
	}
	received, ok := last("received")
	if !ok {
		received = desk.Step{Kind: "received", At: t.Created, By: t.Requester}
	}
	marks := []desk.Step{received}
	if s, ok := r.lookedAt(t); ok {
		marks = append(marks, s)
	}
	if s, ok := last("assigned"); ok {
		marks = append(marks, s)
	} else if s, ok := last("referred"); ok {
		marks = append(marks, s)
	}
	for _, kind := range []string{"answered", "reopened"} {
		if s, ok := last(kind); ok && (kind != "reopened" || !t.Status.Done()) {
			marks = append(marks, s)
		}
	}
	// One command does several of these at once; then the order above counts.
	slices.SortStableFunc(marks[1:], func(a, b desk.Step) int { return a.At.Compare(b.At) })
	out := make([]StepView, 0, len(marks)+3)
	for _, s := range marks {
		title := say("Opened again")
		switch s.Kind {
		case "received":
			title = say("Received")
		case "triaged":
			title = say("Looked at")
		case "assigned":
			title = say("With {name}", "name", r.briefly(t, desk.PersonID(s.To)))
		case "referred":
			title = say("With {name}", "name", r.deptName(desk.DeptID(s.To)))
		case "answered":
			title = say("First answer")
		}
		out = append(out, r.reached(t, s, title))
	}
	return out
}

func (r *rower) reached(t *desk.Ticket, s desk.Step, title string) StepView {
	v := StepView{Kind: s.Kind, Title: title, At: stamp(s.At), State: stepDone}
	if s.By == r.me.Person {
		v.By = say("You")
	} else if s.By != "" {
		v.By = r.name(t, s.By)
	}
	return v
}

// lookedAt is when somebody of ours first had the request before them. Whoever
// takes, passes on or answers one has looked at it; a customer's own message
// that moved it has not.
func (r *rower) lookedAt(t *desk.Ticket) (desk.Step, bool) {
	var first desk.Step
	for _, s := range t.Steps {
		switch s.Kind {
		case "triaged", "referred", "assigned", "answered", "waiting":
		default:
			continue
		}
		if s.By == t.Requester || slices.Contains(t.CCs, s.By) || !r.ours(t, s.By) {
			continue
		}
		if first.Kind == "" || s.At.Before(first.At) {
			first = desk.Step{Kind: "triaged", At: s.At, By: s.By}
		}
	}
	return first, first.Kind != ""
}

// ours reports whether p is on the team, as far as this computer knows.
func (r *rower) ours(t *desk.Ticket, p desk.PersonID) bool {
	for _, n := range t.People {
		if n.ID == p {
			return n.Staff
		}
	}
	known, ok := r.place.People[p]
	return !ok || known.Role.Staff()
}

// expected is what happens next and by whom; how long that takes as far as a
// deadline does not say it better.
func (r *rower) expected(t *desk.Ticket, seen, answered bool) StepView {
	v := StepView{State: stepNow}
	if due, _ := r.due(t); due.IsZero() {
		v.Note = r.place.Departments[t.Department].Reply
	}
	switch t.Status {
	case desk.WaitingCustomer:
		v.Kind, v.Title, v.Note = "waiting", say("Waiting for {name}", "name", r.briefly(t, t.Requester)), ""
		if !t.Waiting.Close.IsZero() {
			v.Note = say("without an answer it ends on {day}", "day", day(t.Waiting.Close))
		}
		if i := slices.IndexFunc(t.Steps, func(s desk.Step) bool { return s.Kind == "waiting" }); i >= 0 {
			v.At = stamp(t.Steps[i].At)
		}
	case desk.OnHold:
		v.Kind, v.Title, v.Note = "hold", say("On hold"), ""
		if !t.HoldUntil.IsZero() {
			v.Note = say("until {day}", "day", day(t.HoldUntil))
		}
	case desk.WaitingThirdParty:
		v.Kind, v.Title, v.Note = "third", say("Waiting for others"), say("somebody outside is asked")
	default:
		switch {
		case !seen:
			v.Kind, v.Title = "triaged", say("To be looked at")
		case !answered:
			v.Kind, v.Title = "answered", say("First answer")
		default:
			v.Kind, v.Title = "next", say("Next answer")
		}
	}
	return v
}

// ends is how a request that is over ended.
func (r *rower) ends(t *desk.Ticket) []StepView {
	var out []StepView
	for _, s := range t.Steps {
		switch {
		case s.Kind == "solved" && !s.At.After(t.ClosedAt):
			out = append(out, r.reached(t, s, say("Solved")))
		case s.Kind == "closed" && t.Status == desk.Closed:
			out = append(out, r.reached(t, s, say("Closed")))
		}
	}
	if len(out) == 0 {
		out = append(out, StepView{Kind: "solved", Title: say("Solved"), At: stamp(t.ClosedAt), State: stepDone})
	}
	return out
}

// day is a date in words, in this computer's time.
func day(t time.Time) string { return say("{at, date, day}", "at", t.Local()) }
