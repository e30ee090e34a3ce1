package app

import "docket/app/desk"

// Recipient is somebody a message on the ticket reaches, as the page says it.
type Recipient struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Role is requester, engineer, helper, cc or team.
	Role    string `json:"role"`
	Outside bool   `json:"outside"`
}

// Helper is somebody who works on a ticket beside the one who has it.
type Helper struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Me   bool   `json:"me"`
}

// SetHelpers queues who helps with a ticket.
func (a *API) SetHelpers(ticket string, add, remove []string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		in, err := people("helpers", add)
		if err != nil {
			return nil, err
		}
		out, err := people("helpers", remove)
		return desk.SetHelpers{Add: in, Remove: out}, err
	})
}

func (r *rower) helpers(t *desk.Ticket) []Helper {
	out := []Helper{}
	for _, p := range t.Helpers {
		out = append(out, Helper{ID: string(p), Name: r.name(t, p), Me: p == r.me.Person})
	}
	return out
}

// goesTo is whom a public message of the reader's reaches, themselves left out
// (BEHAVIOURS 2.13).
func (r *rower) goesTo(t *desk.Ticket) []Recipient {
	out := []Recipient{}
	add := func(p desk.PersonID, role string) {
		if p != "" && p != r.me.Person {
			out = append(out, Recipient{ID: string(p), Name: r.name(t, p), Role: role, Outside: role == "cc" && outside(t, p)})
		}
	}
	add(t.Requester, "requester")
	add(t.Assignee, "engineer")
	for _, p := range t.Helpers {
		add(p, "helper")
	}
	if t.Assignee == "" && len(t.Helpers) == 0 {
		out = append(out, Recipient{Name: r.deptName(t.Department), Role: "team"})
	}
	for _, p := range t.CCs {
		add(p, "cc")
	}
	return out
}

func (r *rower) helpersLine(e desk.Entry, who string) string {
	mine := string(r.me.Person)
	came, left := or(e.ToName, e.To), or(e.Text, e.From)
	if e.To == mine {
		came = "you"
	}
	switch {
	case e.To == string(e.Author) && e.From == "":
		return say("{who} joined in to help", "who", who)
	case e.From == string(e.Author) && e.To == "":
		return say("{who} left this to the others", "who", who)
	case e.From == "":
		return say("{who} asked {came} to help", "who", who, "came", came)
	case e.To == "":
		return say("{who} noted that {left} no longer helps", "who", who, "left", left)
	}
	return say("{who} asked {came} to help instead of {left}", "who", who, "came", came, "left", left)
}
