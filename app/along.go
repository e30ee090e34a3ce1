package app

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/storage/cache"
	"docket/storage/outbox"
	"docket/sync/engine"
)

// AlongInfo is that somebody of the team has a ticket along where there is no
// network.
type AlongInfo struct {
	Name  string `json:"name"`
	Mine  bool   `json:"mine"`
	Until string `json:"until"`
	Where string `json:"where"`
	Draft bool   `json:"draft"`
}

// AlongView is what can be taken along, or is, and how much of it is on this
// computer.
type AlongView struct {
	// Tickets are those the person has; Along is how many of them are taken along,
	// and Until and Where how the first of these is.
	Tickets int    `json:"tickets"`
	Along   int    `json:"along"`
	Until   string `json:"until"`
	Where   string `json:"where"`
	// Files belong to them and to what the same people asked before, Missing are
	// not on this computer, with Bytes in all.
	Files   int `json:"files"`
	Missing int `json:"missing"`
	Bytes   int `json:"bytes"`
	// Whole says that everything the person may read is on this computer, earlier
	// tickets and ready answers among it; else Done of Total tickets are.
	Whole bool `json:"whole"`
	Done  int  `json:"done"`
	Total int  `json:"total"`
}

const (
	// mostAlong bounds how many tickets are taken along; the most urgent first.
	mostAlong = 200
	// earlierAlong is how many earlier tickets of each person bring their files.
	earlierAlong = 5
)

// Along gives what can be taken along.
func (a *API) Along() (AlongView, error) {
	s, err := a.session()
	if err != nil {
		return AlongView{}, err
	}
	mine, wanted, err := s.along()
	if err != nil {
		return AlongView{}, err
	}
	return s.alongView(mine, wanted, a.now()), nil
}

// along gives the tickets that can be taken along, and the files with them.
func (s *session) along() ([]desk.Ticket, []fileAlong, error) {
	mine, err := s.mine()
	if err != nil {
		return nil, nil, err
	}
	wanted, err := s.filesAlong(mine)
	return mine, wanted, err
}

func (s *session) alongView(mine []desk.Ticket, wanted []fileAlong, now time.Time) AlongView {
	v := AlongView{Tickets: len(mine)}
	for _, t := range mine {
		if t.Along.By == s.me().Person && policy.Away(&t, now) {
			if v.Along++; v.Along == 1 {
				v.Until, v.Where = stamp(t.Along.Until), t.Along.Where
			}
		}
	}
	v.Files = len(wanted)
	for _, f := range wanted {
		if _, err := s.files.Blobs.Stat(f.file.Hash); err != nil {
			v.Missing++
			v.Bytes += int(f.file.Size)
		}
	}
	c := s.connection()
	v.Whole, v.Done, v.Total = c.Total == 0 && c.AsOf != "", c.Done, c.Total
	return v
}

// TakeAlong queues taking along what the person has, until a time; without one
// it gives back what was taken along. The queue is not touched by it.
func (a *API) TakeAlong(until, where string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	args := desk.TakeAlong{}
	if args.Until, err = moment("until", until); err != nil {
		return err
	}
	if args.Where, err = line("where", where, maxReason); err != nil {
		return err
	}
	mine, err := s.mine()
	if err != nil {
		return err
	}
	for _, t := range mine {
		if args.Until.IsZero() && t.Along.By != s.me().Person {
			continue
		}
		l, err := s.lay(t.ID)
		if err != nil {
			return err
		}
		x := args
		if d, ok := s.out.Draft("ticket/" + string(t.ID) + "/reply"); ok && !x.Until.IsZero() {
			x.Draft = !d.Empty()
		}
		if err := s.queue(s.command(t.ID, l.confirmed, x), l, outbox.Draft{}); err != nil {
			return err
		}
	}
	return nil
}

// GoOn queues going on with what a colleague has taken along; they are told.
func (a *API) GoOn(ticket string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) { return desk.TakeAlong{}, nil })
}

// FetchAlong brings the next file that is wanted along to this computer, and
// gives how it stands then. The page asks until none is missing, so that it can
// show how far it is and stop.
func (a *API) FetchAlong() (AlongView, error) {
	s, err := a.session()
	if err != nil {
		return AlongView{}, err
	}
	mine, wanted, err := s.along()
	if err != nil {
		return AlongView{}, err
	}
	for _, f := range wanted {
		if _, err := s.files.Blobs.Stat(f.file.Hash); err == nil {
			continue
		}
		if _, _, err := a.fetch(string(f.ticket), string(f.file.Hash)); err != nil {
			return AlongView{}, err
		}
		break
	}
	return s.alongView(mine, wanted, a.now()), nil
}

// mine are the open tickets the person has, as they stand with what is pending.
func (s *session) mine() ([]desk.Ticket, error) {
	if !s.me().Role.Staff() {
		return nil, nil
	}
	rows, err := s.cache.Rows(policy.ViewMyOpen, 0, mostAlong)
	if err != nil {
		return nil, err
	}
	var out []desk.Ticket
	for _, row := range rows {
		l, err := s.lay(row.Ticket.ID)
		if err != nil {
			return nil, err
		}
		if l.ticket.Assignee == s.me().Person && !l.ticket.Status.Done() {
			out = append(out, l.ticket)
		}
	}
	return out, nil
}

type fileAlong struct {
	ticket desk.TicketID
	file   desk.Attachment
}

// filesAlong are the files of tickets and of what the same people asked before,
// each once, those of the tickets first.
func (s *session) filesAlong(tickets []desk.Ticket) ([]fileAlong, error) {
	var out []fileAlong
	seen, asked := map[desk.BlobHash]bool{}, map[desk.PersonID]bool{}
	add := func(t *desk.Ticket) error {
		files, err := s.filesOfTicket(t)
		for _, f := range files {
			if !seen[f.file.Hash] {
				seen[f.file.Hash] = true
				out = append(out, f)
			}
		}
		return err
	}
	var earlier []cache.Row
	for i := range tickets {
		if err := add(&tickets[i]); err != nil {
			return nil, err
		}
		if p := tickets[i].Requester; !asked[p] {
			asked[p] = true
			rows, err := s.cache.AskedBy(p, earlierAlong+1)
			if err != nil {
				return nil, err
			}
			earlier = append(earlier, rows...)
		}
	}
	for i := range earlier {
		if err := add(&earlier[i].Ticket); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// filesOfTicket are the files of a ticket that were not deleted after their time,
// the newest first.
func (s *session) filesOfTicket(t *desk.Ticket) ([]fileAlong, error) {
	if !t.Files {
		return nil, nil
	}
	entries, err := s.cache.EntriesAfter(t.ID, 0)
	if err != nil {
		return nil, err
	}
	var out []fileAlong
	for _, e := range slices.Backward(entries) {
		if dropped(t, e) {
			continue
		}
		for _, f := range e.Files {
			out = append(out, fileAlong{t.ID, f})
		}
	}
	return out, nil
}

func (r *rower) along(t *desk.Ticket) *AlongInfo {
	if r.asks(t) || !policy.Away(t, r.now) {
		return nil
	}
	a := t.Along
	return &AlongInfo{Name: r.name(t, a.By), Mine: a.By == r.me.Person, Until: stamp(a.Until), Where: a.Where, Draft: a.Draft}
}

// offlineClaim refuses taking out of the shared queue what somebody else may
// have by now (BEHAVIOURS 4.6, N5).
func (s *session) offlineClaim(t *desk.Ticket, to string) error {
	if to != string(s.me().Person) || t.Assignee != "" || !policy.Queued(t) {
		return nil
	}
	if state := engine.State(s.connection().State); state != engine.Offline && state != engine.Connecting {
		return nil
	}
	return &desk.Error{
		Code: desk.CodeOffline, Message: "You are offline, so no ticket can be taken. The queue is shared: this one may be somebody else’s by now.",
		Hint: "Work on what you took along, or take it once Docket is live again.",
	}
}
