package app

import (
	"docket/app/desk"
)

// PromiseInfo is what the customer was promised.
type PromiseInfo struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Due  string `json:"due"`
	// By keeps it; "" while nobody has it. Mine says that the reader does.
	By     string `json:"by"`
	Mine   bool   `json:"mine"`
	State  string `json:"state"`
	Missed bool   `json:"missed"`
}

// PromiseDecision is what becomes of a promise, by itself or at a handover.
type PromiseDecision struct {
	Promise string `json:"promise"`
	State   string `json:"state"`
	Reason  string `json:"reason"`
}

// MakePromise queues promising the customer something by a time.
func (a *API) MakePromise(ticket, words, due string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		words, err := line("text", words, maxReason)
		if err != nil {
			return nil, err
		}
		at, err := moment("due", due)
		return desk.MakePromise{Text: words, Due: at}, err
	})
}

// SettlePromise queues saying what became of one.
func (a *API) SettlePromise(ticket, promise, state, reason string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		return decision(PromiseDecision{promise, state, reason})
	})
}

func decision(d PromiseDecision) (desk.SettlePromise, error) {
	x := desk.SettlePromise{Promise: desk.PledgeID(d.Promise), State: desk.PledgeState(d.State)}
	switch x.State {
	case desk.PledgeKept, desk.PledgeWithdrawn, desk.PledgePassed:
	default:
		return x, wrong("promise", "That is nothing that can become of a promise.")
	}
	if len(d.Promise) > 80 {
		return x, wrong("promise", "That is not a promise.")
	}
	var err error
	x.Reason, err = line("reason", d.Reason, maxReason)
	return x, err
}

func decisions(in []PromiseDecision) (out []desk.SettlePromise, err error) {
	if len(in) > 100 {
		return nil, wrong("promises", "So many promises are not open.")
	}
	for _, d := range in {
		x, err := decision(d)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// Assign queues giving a ticket to somebody or nobody, and why, with what
// becomes of the promises of who had it.
func (a *API) Assign(ticket, to, reason string, promises []PromiseDecision) error {
	return a.do(ticket, assigning(to, reason, promises))
}

func assigning(to, reason string, promises []PromiseDecision) making {
	return func(s *session, t *desk.Ticket) (desk.Args, error) {
		if err := s.offlineClaim(t, to); err != nil {
			return nil, err
		}
		decided, err := decisions(promises)
		if err != nil {
			return nil, err
		}
		why, err := text("reason", reason, maxReason)
		if err != nil || to == "" {
			return desk.Assign{From: t.Assignee, Reason: why, Promises: decided}, err
		}
		p, err := person("assignee", to)
		return desk.Assign{From: t.Assignee, To: p, Reason: why, Promises: decided}, err
	}
}

// Refer queues passing a ticket to another department.
func (a *API) Refer(ticket, dept, reason, tried string, promises []PromiseDecision) error {
	return a.do(ticket, referring(dept, reason, tried, promises))
}

func referring(dept, reason, tried string, promises []PromiseDecision) making {
	return func(_ *session, t *desk.Ticket) (desk.Args, error) {
		to, err := department(dept)
		if err != nil {
			return nil, err
		}
		decided, err := decisions(promises)
		if err != nil {
			return nil, err
		}
		why, err := text("reason", reason, maxReason)
		if err != nil {
			return nil, err
		}
		did, err := text("tried", tried, maxReason)
		return desk.Refer{From: t.Department, To: to, Reason: why, Tried: did, Promises: decided}, err
	}
}

// promises are what the customer of t was promised, oldest first.
func (r *rower) promises(t *desk.Ticket) []PromiseInfo {
	out := []PromiseInfo{}
	for _, p := range t.Pledges {
		v := PromiseInfo{ID: string(p.ID), Text: p.Text, Due: stamp(p.Due), Mine: p.By == r.me.Person, State: string(p.State), Missed: p.Missed}
		if p.By != "" {
			v.By = r.name(t, p.By)
		}
		out = append(out, v)
	}
	return out
}

func promiseLine(e desk.Entry, who string) string {
	p := e.Pledge
	switch p.State {
	case desk.PledgeKept:
		if p.Missed {
			return say("{who} kept a promise, late: {promise}", "who", who, "promise", p.Text)
		}
		return say("{who} kept a promise: {promise}", "who", who, "promise", p.Text)
	case desk.PledgeWithdrawn:
		return say("{who} took back the promise “{promise}”: {why}", "who", who, "promise", p.Text, "why", e.Reason)
	case "":
		return say("{who} promised by {due, date, moment}: {promise}", "who", who, "due", p.Due.Local(), "promise", p.Text)
	}
	return unknownLine()
}
