package app

import (
	"cmp"
	"slices"
	"time"

	"docket/app/desk"
)

// callWaits is after how long a call that waits is one whose ticket may not come.
const callWaits = 24 * time.Hour

// WaitingCall is a call under the code of a ticket that has not arrived.
type WaitingCall struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	// Line tells of it in one sentence; Text and Note are what was written.
	Line string `json:"line"`
	Text string `json:"text"`
	Note string `json:"note"`
	At   string `json:"at"`
	// Long says that it waits for so long that its ticket may never come.
	Long bool `json:"long"`
}

// NoteCall notes a call under the code its caller said, and gives the ticket
// where that is here: the call stands there then. Otherwise the server keeps it
// until the ticket comes; that needs a connection. id is the page's, so that
// asking twice notes it once.
func (a *API) NoteCall(id, code string, c CallLog) (string, error) {
	s, err := a.session()
	if err != nil {
		return "", err
	}
	if !desk.ValidUUID(id) {
		return "", wrong("id", "That is not a call.")
	}
	if code, err = line("code", code, 40); err != nil {
		return "", err
	}
	if code, err = desk.ParseReference(code); err != nil {
		return "", err
	}
	if on := s.worksOnCode(code); on != nil {
		c.Direction, c.Outcome = string(desk.Incoming), string(desk.Spoke)
		return string(on.ID), a.LogCall(string(on.ID), c, int(on.LastSeq))
	}
	n := desk.NotedCall{ID: desk.CommandID(id), Code: code, Talk: desk.Talk{Minutes: c.Minutes}}
	if n.Talk.With, n.Talk.WithName, n.Talk.Started, err = talkWith(c.With, c.Name, c.Started); err != nil {
		return "", err
	}
	if n.Talk.Number, err = line("number", c.Number, maxReason); err != nil {
		return "", err
	}
	if n.Text, err = text("text", c.Text, maxText); err != nil {
		return "", err
	}
	if n.Note, err = text("note", c.Note, maxText); err != nil {
		return "", err
	}
	return "", s.engine().NoteCall(a.ctx, n)
}

// worksOnCode is the ticket of a code where it is here and the person may log a
// call on it; else nil.
func (s *session) worksOnCode(code string) *desk.Ticket {
	id, err := s.cache.ByReference(code)
	if err != nil {
		return nil
	}
	if t, _, err := s.cache.Ticket(id); err == nil && can(s.me(), &t, desk.CmdCall) {
		return &t
	}
	return nil
}

// WaitingCalls gives the calls of the person and their colleagues that wait for
// their tickets, the newest first.
func (a *API) WaitingCalls() ([]WaitingCall, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	all, err := s.cache.Calls()
	if err != nil {
		return nil, err
	}
	r := s.rower()
	out := []WaitingCall{}
	for _, n := range slices.SortedFunc(slices.Values(all), func(x, y desk.NotedCall) int { return cmp.Or(y.At.Compare(x.At), cmp.Compare(x.ID, y.ID)) }) {
		e := desk.Entry{Kind: desk.Call, Author: n.By, AuthorName: r.place.People[n.By].Name, Talk: n.Talk, At: n.At}
		out = append(out, WaitingCall{
			ID: string(n.ID), Code: n.Code, Line: r.talkLine(&desk.Ticket{}, e), Text: n.Text, Note: n.Note, At: stamp(n.At), Long: r.now.Sub(n.At) > callWaits,
		})
	}
	return out, nil
}

// PutCall puts a call that waits on a ticket; without one it is dropped, because
// no ticket will come.
func (a *API) PutCall(call, ticket string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	if !desk.ValidUUID(call) {
		return wrong("call", "That is not a call.")
	}
	on := desk.TicketID("")
	if ticket != "" {
		if on, err = ticketID(ticket); err != nil {
			return err
		}
	}
	return s.engine().PutCall(a.ctx, desk.CommandID(call), on)
}
