package app

import (
	"cmp"
	"slices"
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
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
	// Here says that it is on this computer alone: it has not been sent, or, with a
	// Fault, was refused.
	Here  bool   `json:"here"`
	Fault *Fault `json:"fault"`
}

// CodeInfo is what a code is that somebody types.
type CodeInfo struct {
	// Old says that it has no check character: it is of an older Docket, or one
	// character is missing.
	Old bool `json:"old"`
	// Short says that nothing is wrong with it so far.
	Short bool `json:"short"`
	// Fault says why it is none.
	Fault *Fault `json:"fault"`
}

// CheckCode looks at a code while it is typed.
func (a *API) CheckCode(code string) (CodeInfo, error) {
	code, err := line("code", code, 40)
	if err != nil {
		return CodeInfo{}, err
	}
	if code == "" || desk.BeginsReference(code) {
		return CodeInfo{Short: true}, nil
	}
	if _, err := desk.ParseReference(code); err != nil {
		return CodeInfo{Fault: fault(desk.AsError(err))}, nil
	}
	return CodeInfo{Old: !desk.HasCheck(code)}, nil
}

// coded is the code in a text; "" if it is none.
func coded(text string) string {
	code, err := desk.ParseReference(text)
	if err != nil {
		return ""
	}
	return code
}

// NoteCall queues a call under the code its caller said, and gives the ticket
// where that is here: the call stands there then. Otherwise the server keeps it
// until the ticket comes. id is the page's, so that asking twice notes it once.
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
	if _, asked := s.out.Item(desk.CommandID(id)); asked {
		return "", nil
	}
	n := desk.NoteCall{Code: code, Talk: desk.Talk{Minutes: c.Minutes}}
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
	cmd := s.command(desk.TicketID(id), 0, n)
	cmd.ID = desk.CommandID(id)
	return "", s.queue(cmd, laid{}, outbox.Draft{})
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
// their tickets, the newest first, with those that have not left this computer.
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
	view := func(n desk.NotedCall) WaitingCall {
		e := desk.Entry{Kind: desk.Call, Author: n.By, AuthorName: r.place.People[n.By].Name, Talk: n.Talk, At: n.At}
		return WaitingCall{
			ID: string(n.ID), Code: desk.SayCode(n.Code), Line: r.talkLine(&desk.Ticket{}, e), Text: n.Text, Note: n.Note, At: stamp(n.At), Long: r.now.Sub(n.At) > callWaits,
		}
	}
	for _, it := range slices.Backward(s.out.Items()) {
		if n, ok := it.Command.Args.(desk.NoteCall); ok && (it.State.Waiting() || it.State.NeedsPerson()) {
			x := n.Of(it.ID)
			x.By, x.At, x.Talk.Direction, x.Talk.Outcome = r.me.Person, it.QueuedAt, desk.Incoming, desk.Spoke
			v := view(x)
			v.Here = true
			if it.Receipt != nil {
				v.Fault = fault(it.Receipt.Error)
			}
			out = append(out, v)
		}
	}
	for _, n := range slices.SortedFunc(slices.Values(all), func(x, y desk.NotedCall) int { return cmp.Or(y.At.Compare(x.At), cmp.Compare(x.ID, y.ID)) }) {
		if !slices.ContainsFunc(out, func(x WaitingCall) bool { return x.ID == string(n.ID) }) {
			out = append(out, view(n))
		}
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
