package app

import (
	"time"

	"docket/app/desk"
)

// Deed is what is to happen to many tickets at once. Kind says which of the
// rest counts: assign, priority, status, tags, snooze, refer, read or unread.
type Deed struct {
	Kind   string   `json:"kind"`
	To     string   `json:"to"`
	Reason string   `json:"reason"`
	Add    []string `json:"add"`
	Remove []string `json:"remove"`
	Until  string   `json:"until"`
	Answer bool     `json:"answer"`
}

// Refusal is a ticket to which it did not happen, and why.
type Refusal struct {
	Ticket string `json:"ticket"`
	Number string `json:"number"`
	Fault  *Fault `json:"fault"`
}

// ManyResult tells to which tickets it happened, and what of it can be taken
// back until then by the names of its items in the outbox.
type ManyResult struct {
	Done    []string  `json:"done"`
	Items   []string  `json:"items"`
	Refused []Refusal `json:"refused"`
	Until   string    `json:"until"`
}

// TakenBack counts what had not left this computer, and what had.
type TakenBack struct {
	Back int `json:"back"`
	Gone int `json:"gone"`
}

// maxMany bounds what is done at once, undoTime is for how long it is held back
// so that it can be undone as if it had never been: what another person or a
// clock of the customer's has seen has no honest opposite.
const (
	maxMany  = 500
	undoTime = 10 * time.Second
)

// Many does one thing to many tickets, each as if it were done to it alone. What
// the rules refuse of one ticket keeps none of the others from it.
func (a *API) Many(tickets []string, d Deed) (ManyResult, error) {
	out := ManyResult{Done: []string{}, Items: []string{}, Refused: []Refusal{}}
	if len(tickets) > maxMany {
		return out, wrong("tickets", "At most 500 tickets can be changed at once.")
	}
	until := a.now().Add(undoTime)
	for _, id := range tickets {
		item, err := a.one(id, d, until)
		if err != nil {
			r := Refusal{Ticket: id, Fault: fault(desk.AsError(err))}
			if _, l, err := a.on(id); err == nil {
				r.Number = numberOf(&l.ticket)
			}
			out.Refused = append(out.Refused, r)
			continue
		}
		out.Done = append(out.Done, id)
		if item != "" {
			out.Items = append(out.Items, item)
		}
	}
	if len(out.Items) > 0 {
		out.Until = stamp(until)
	}
	return out, nil
}

// one does it to one ticket; the item is what can be taken back.
func (a *API) one(ticket string, d Deed, until time.Time) (item string, err error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return "", err
	}
	var args making
	switch d.Kind {
	case "read":
		s.markRead(l.ticket.ID)
		return "", nil
	case "unread":
		return "", a.MarkUnread(ticket)
	case "assign":
		args = assigning(d.To, d.Reason, nil)
	case "priority":
		args = prioritizing(d.To, d.Reason, "")
	case "status":
		args = moving(d.To, d.Until, d.Reason)
	case "tags":
		args = tagging(d.Add, d.Remove)
	case "snooze":
		args = snoozing(d.Until, d.Answer, d.Reason)
	case "refer":
		args = referring(d.To, d.Reason, "", nil)
	default:
		return "", wrong("kind", "That cannot be done to many tickets at once.")
	}
	x, err := args(s, &l.ticket)
	if err != nil {
		return "", err
	}
	cmd := s.command(l.ticket.ID, l.confirmed, x)
	if err := s.mayQueue(cmd, l); err != nil {
		return "", err
	}
	it, err := s.out.Add(cmd, until)
	return string(it.ID), err
}

// TakeBack undoes what was done to many, as far as it has not gone out.
func (a *API) TakeBack(items []string) (TakenBack, error) {
	var out TakenBack
	if len(items) > maxMany {
		return out, wrong("items", "So much was not done at once.")
	}
	for _, id := range items {
		if s, it, err := a.item(id); err != nil || s.out.Discard(it.ID) != nil {
			out.Gone++
			continue
		}
		out.Back++
	}
	return out, nil
}
