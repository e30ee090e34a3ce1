package app

import "docket/app/desk"

// SetType queues the team's word on whether it is something that broke or
// something wanted.
func (a *API) SetType(ticket, to string) error {
	return a.do(ticket, func(_ *session, t *desk.Ticket) (desk.Args, error) {
		k, err := kindOf(to)
		return desk.SetType{From: t.Type, To: k}, err
	})
}

func kindOf(s string) (desk.Type, error) {
	switch t := desk.Type(s); t {
	case "", desk.Incident, desk.Request:
		return t, nil
	}
	return "", wrong("type", "That is not a kind of request.")
}
