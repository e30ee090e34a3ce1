package app

import (
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// Wanted is by when something is needed, whether it shall be hurried, and who
// approves it, as a request that is being written says it.
type Wanted struct {
	NeededBy string `json:"neededBy"` // a date, "" for none
	Expedite bool   `json:"expedite"`
	Approver string `json:"approver"`
}

// CheckInfo is something to be done and whether it is.
type CheckInfo struct {
	Text string `json:"text"`
	Done bool   `json:"done"`
	Name string `json:"name"`
	At   string `json:"at"`
}

// ApprovalInfo is whether somebody approved; Name is "" where nobody has to.
type ApprovalInfo struct {
	Name string `json:"name"`
	// State is a desk.ApprovalState, "" while it is open.
	State  string `json:"state"`
	Reason string `json:"reason"`
	At     string `json:"at"`
	// Mine says that it is the reader's to decide.
	Mine bool `json:"mine"`
}

// WantedInfo is what a ticket says of what is wanted.
type WantedInfo struct {
	NeededBy string `json:"neededBy"`
	// Earliest is the day by which it is done where NeededBy is too soon.
	Earliest string       `json:"earliest"`
	Short    bool         `json:"short"`
	Expedite bool         `json:"expedite"`
	Checks   []CheckInfo  `json:"checks"`
	Approval ApprovalInfo `json:"approval"`
	// Tick says that the reader ticks items off.
	Tick bool `json:"tick"`
}

// Tick queues saying of an item whether it is done.
func (a *API) Tick(ticket, item string, done bool) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		item, err := line("item", item, maxReason)
		return desk.Tick{Item: item, Done: done}, err
	})
}

// Approve queues the approver's decision.
func (a *API) Approve(ticket string, yes bool, reason string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		reason, err := line("reason", reason, maxReason)
		return desk.Approve{Yes: yes, Reason: reason}, err
	})
}

// wanted reads what a request of the page wants into args.
func wanted(w Wanted, args *desk.Open) error {
	if w.NeededBy != "" {
		if _, err := time.Parse(time.DateOnly, w.NeededBy); err != nil {
			return wrong("needed_by", "That is not a date.")
		}
	}
	args.NeededBy, args.Expedite = w.NeededBy, w.Expedite
	if w.Approver == "" {
		return nil
	}
	var err error
	args.Approver, err = person("approver", w.Approver)
	return err
}

func (r *rower) wanted(t *desk.Ticket) WantedInfo {
	out := WantedInfo{
		NeededBy: t.Need.Date, Short: t.Need.Short(), Expedite: t.Need.Expedite, Checks: []CheckInfo{}, Tick: can(r.me, t, desk.CmdTick) && !r.asks(t) && !t.Status.Done(),
	}
	if out.Short {
		out.Earliest = dateThere(r.place.Departments[t.Department], t.Need.Earliest)
	}
	for _, c := range t.Checks {
		out.Checks = append(out.Checks, CheckInfo{Text: c.Text, Done: c.Done, Name: c.Name, At: stamp(c.At)})
	}
	if a := t.Approval; a.By != "" {
		out.Approval = ApprovalInfo{
			Name: or(a.Name, string(a.By)), State: string(a.State), Reason: a.Reason, At: stamp(a.At),
			Mine: can(r.me, t, desk.CmdApprove) && !t.Status.Done(),
		}
	}
	return out
}

// dateThere is the date of an instant where a department is.
func dateThere(d desk.Department, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	zone, err := time.LoadLocation(d.Open.Zone)
	if err != nil {
		zone = time.Local
	}
	return at.In(zone).Format(time.DateOnly)
}

// earliest is the day by which something of a topic can be there, "" where its
// time is not published.
func (r *rower) earliest(t desk.Topic) string {
	d := r.place.Departments[t.Department]
	return dateThere(d, policy.Earliest(d, t, r.now))
}

func tickedLine(e desk.Entry, who string) string {
	if e.To == "open" {
		return say("{who} took “{what}” for not done", "who", who, "what", e.From)
	}
	return say("{who} ticked off “{what}”", "who", who, "what", e.From)
}

func decidedLine(e desk.Entry, who, because string) string {
	if e.To == string(desk.Approved) {
		return say("{who} approved this", "who", who) + because
	}
	return say("{who} did not approve this", "who", who) + because
}
