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
		return who + " took back what was planned" + more(e.Text)
	}
	return who + " planned this for " + between(e.Opens, e.Until) + more(e.Text) + ". " + e.ToName + " is asked to approve it"
}

// between is from when until when, the day said once where it is one.
func between(from, until time.Time) string {
	from, until = from.Local(), until.Local()
	end := "15:04"
	if from.YearDay() != until.YearDay() || from.Year() != until.Year() {
		end = "Monday 2 January, 15:04"
	}
	return from.Format("Monday 2 January, 15:04") + " to " + until.Format(end)
}

// workNudge asks for planned work when its time has come.
func workNudge(e desk.Entry, asked string) string {
	switch desk.ApprovalState(e.From) {
	case desk.Approved:
		return "What was planned and approved begins: told " + asked
	case desk.Declined:
		return "What was planned was not approved, and its time begins: told " + asked
	}
	return "What was planned begins, and nobody has approved it: told " + asked
}

// nearNudge reminds of a planned day.
func nearNudge(e desk.Entry, asked string) string {
	what := "A fix is planned for "
	if e.From == string(desk.WorkPlanned) {
		what = "Work is planned for "
	}
	return what + e.Until.Local().Format("Monday 2 January, 15:04") + ": reminded " + asked
}
