package app

import (
	"time"

	"docket/app/desk"
)

// WorkInfo is a planned change: what it risks, and from when until when.
type WorkInfo struct {
	Risk  string `json:"risk"`
	From  string `json:"from"`
	Until string `json:"until"`
	By    string `json:"by"`
	// Approver is the id of who is asked for their yes.
	Approver string `json:"approver"`
	// Past says that the time is over.
	Past bool `json:"past"`
}

// PlanWork queues planning a change and asking for a yes to it; without times it
// takes the plan back.
func (a *API) PlanWork(ticket, risk, from, until, approver string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		var x desk.PlanWork
		var err error
		if x.Risk, err = line("risk", risk, maxReason); err != nil {
			return nil, err
		}
		if x.From, err = moment("from", from); err != nil {
			return nil, err
		}
		if x.Until, err = moment("until", until); err != nil {
			return nil, err
		}
		if approver != "" {
			x.Approver, err = person("approver", approver)
		}
		return x, err
	})
}

func (r *rower) work(t *desk.Ticket) *WorkInfo {
	w := t.Work
	if w.From.IsZero() {
		return nil
	}
	return &WorkInfo{Risk: w.Risk, From: stamp(w.From), Until: stamp(w.Until), By: r.name(t, w.By), Approver: string(t.Approval.By), Past: r.now.After(w.Until)}
}

func workLine(e desk.Entry, who string) string {
	if e.Opens.IsZero() {
		return say("{who} took back what was planned", "who", who) + more(e.Text)
	}
	return say("{who} planned this for {when}", "who", who, "when", between(e.Opens, e.Until)) + more(e.Text) + ". " + say("{who} is asked to approve it", "who", e.ToName)
}

// between is from when until when, the day said once where it is one.
func between(from, until time.Time) string {
	from, until = from.Local(), until.Local()
	if from.YearDay() != until.YearDay() || from.Year() != until.Year() {
		return say("{from, date, moment} to {until, date, moment}", "from", from, "until", until)
	}
	return say("{from, date, moment} to {until, date, time}", "from", from, "until", until)
}

// workNudge asks for planned work when its time has come.
func workNudge(e desk.Entry, asked string) string {
	switch desk.ApprovalState(e.From) {
	case desk.Approved:
		return say("What was planned and approved begins: told {whom}", "whom", asked)
	case desk.Declined:
		return say("What was planned was not approved, and its time begins: told {whom}", "whom", asked)
	}
	return say("What was planned begins, and nobody has approved it: told {whom}", "whom", asked)
}

// nearNudge reminds of a planned day.
func nearNudge(e desk.Entry, asked string) string {
	if e.From == string(desk.WorkPlanned) {
		return say("Work is planned for {at, date, moment}: reminded {whom}", "at", e.Until.Local(), "whom", asked)
	}
	return say("A fix is planned for {at, date, moment}: reminded {whom}", "at", e.Until.Local(), "whom", asked)
}
