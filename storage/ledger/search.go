package ledger

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/query"
	"docket/storage/terms"
)

// How much one call of Search reads and finds before it lets its caller decide
// whether to go on. A page of a lane is looked at whole.
const (
	searchBytes     = 4 << 20
	searchFound     = 30
	searchAnswer    = 192 << 10 // of what was found; a page may add its own size
	searchPageBytes = 128 << 10
)

// searchPlace is how far a lane was searched: At is when the last ticket looked
// at had changed, in milliseconds.
type searchPlace struct {
	Lane  desk.LaneID `json:"l"`
	Token string      `json:"t,omitempty"`
	At    int64       `json:"a"`
}

// Search looks through what lies in the lanes, each ticket in the form it has
// there for scope.Me, the lane first that has the newest to come. There is no
// index: a person's own computer has one, and what it does not have yet is asked
// for here, a stretch at a time; open gives the bytes of a file. Whoever calls it has asked whether scope.Me may
// hear the lanes; a place of another person's lanes is desk.ErrInvalid.
func (tx *Tx) Search(lanes []desk.LaneID, q query.Query, scope query.Scope, open func(desk.BlobHash) (io.ReadSeekCloser, error), from string) (desk.FoundPage, error) {
	out := desk.FoundPage{Found: []desk.Found{}}
	places, err := searchPlaces(lanes, from)
	if err != nil || q.Node == nil {
		return out, err
	}
	f := finder{tx: tx, q: q, scope: scope, open: open, wanted: map[query.Node][]terms.Want{}, seen: map[desk.TicketID]bool{}}
	for _, n := range q.Texts() {
		switch x := n.(type) {
		case query.Term:
			f.wanted[n] = terms.Wants(x.Text, true, false, false)
		case query.Phrase:
			f.wanted[n] = terms.Wants(x.Text, false, true, false)
		case query.Field:
			f.wanted[n] = terms.Wants(x.Value, true, false, false)
		}
	}
	for len(places) > 0 && f.bytes < searchBytes && len(out.Found) < searchFound && f.found < searchAnswer {
		next := 0
		for i := range places {
			if places[i].At > places[next].At {
				next = i
			}
		}
		at := &places[next]
		p, err := tx.Page(at.Lane, at.Token, searchPageBytes, scope.Me.Person, "")
		if err != nil {
			return out, err
		}
		for i := range p.Items {
			if p.Items[i].Kind != desk.ItemEnter {
				continue
			}
			updated, err := f.look(&out, at.Lane, &p.Items[i])
			if err != nil {
				return out, err
			}
			at.At = updated.UnixMilli()
		}
		at.Token = p.Next
		if p.Next == "" {
			places = slices.Delete(places, next, next+1)
		}
	}
	if len(places) == 0 {
		return out, nil
	}
	b, err := json.Marshal(places)
	out.Next = base64.RawURLEncoding.EncodeToString(b)
	return out, err
}

func searchPlaces(lanes []desk.LaneID, from string) ([]searchPlace, error) {
	var out []searchPlace
	if from == "" {
		for _, l := range lanes {
			if holdsTickets(l) {
				out = append(out, searchPlace{Lane: l, At: math.MaxInt64})
			}
		}
		return out, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(from)
	if err != nil || json.Unmarshal(raw, &out) != nil {
		return nil, errToken
	}
	for i, p := range out {
		if !holdsTickets(p.Lane) || !slices.Contains(lanes, p.Lane) || slices.ContainsFunc(out[:i], func(o searchPlace) bool { return o.Lane == p.Lane }) {
			return nil, errToken
		}
	}
	return out, nil
}

// holdsTickets reports whether tickets lie in a lane, and not references alone.
func holdsTickets(l desk.LaneID) bool {
	return strings.Contains(string(l), "/user/") || strings.HasPrefix(string(l), "s/dept/") || strings.HasPrefix(string(l), "c/org/")
}

// finder is one call of Search.
type finder struct {
	tx     *Tx
	q      query.Query
	scope  query.Scope
	open   func(desk.BlobHash) (io.ReadSeekCloser, error)
	wanted map[query.Node][]terms.Want
	seen   map[desk.TicketID]bool
	bytes  int
	found  int // bytes
}

// look looks at a ticket and gives when it last changed.
func (f *finder) look(out *desk.FoundPage, lane desk.LaneID, it *desk.Item) (time.Time, error) {
	var t desk.Ticket
	if err := f.tx.l.codec.Unmarshal(it.Head, &t); err != nil {
		return t.Updated, fmt.Errorf("head of %s: %w", it.Ticket, err)
	}
	f.bytes += len(it.Head)
	if f.seen[it.Ticket] {
		return t.Updated, nil
	}
	f.seen[it.Ticket] = true
	out.Looked++
	if out.Back.IsZero() || t.Updated.Before(out.Back) {
		out.Back = t.Updated
	}
	if len(f.wanted) > 0 && len(it.Entries) == 0 && t.LastSeq > 0 { // too large for its page
		whole, err := f.tx.Whole(it.Ticket, !strings.HasPrefix(string(lane), "s/"), f.scope.Me.Person)
		if err != nil {
			return t.Updated, err
		}
		it.Entries, it.FromSeq = whole.Entries, whole.FromSeq
	}
	x := examined{f: f, it: it, head: &t}
	scope := f.scope
	scope.Unread = it.Read < t.LastSeq
	scope.Text = x.says
	fits := f.q.Match(&t, scope)
	if x.err != nil {
		return t.Updated, x.err
	}
	if !fits {
		return t.Updated, nil
	}
	found := desk.Found{Lane: lane, Ticket: it.Ticket, Version: it.Version, Read: it.Read, Head: it.Head}
	if i := x.newest(); i >= 0 {
		found.Seq, found.Entry = x.entries[i].Seq, it.Entries[i]
	}
	f.found += len(found.Head) + len(found.Entry)
	out.Found = append(out.Found, found)
	return t.Updated, nil
}

// textOf gives what a text file says; one that went says nothing.
func (f *finder) textOf(file desk.Attachment) (string, error) {
	r, err := f.open(file.Hash)
	if errors.Is(err, desk.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(r, terms.MostFile))
	if err = errors.Join(err, r.Close()); err != nil {
		return "", err
	}
	return terms.TextOf(b), nil
}

// examined is a ticket that is looked at, with its words once they are asked for.
type examined struct {
	f       *finder
	it      *desk.Item
	head    *desk.Ticket
	read    bool
	entries []desk.Entry
	texts   [][][]terms.Word // the head's, then those of each entry
	files   [][]terms.Word
	err     error
}

func (x *examined) open() {
	if x.read || x.err != nil {
		return
	}
	x.read = true
	x.texts = append(x.texts, [][]terms.Word{terms.Words(terms.OfHead(x.head))})
	for _, b := range x.it.Entries {
		var e desk.Entry
		if err := x.f.tx.l.codec.Unmarshal(b, &e); err != nil {
			x.err = fmt.Errorf("entry of %s: %w", x.it.Ticket, err)
			return
		}
		x.f.bytes += len(b)
		var all [][]terms.Word
		for _, text := range terms.OfEntry(&e) {
			all = append(all, terms.Words(text))
		}
		for _, file := range e.Files {
			x.files = append(x.files, terms.Words(file.Name))
			if terms.HasText(file) {
				text, err := x.f.textOf(file)
				if err != nil {
					x.err = fmt.Errorf("file of %s: %w", x.it.Ticket, err)
					return
				}
				x.f.bytes += len(text)
				all = append(all, terms.Words(text))
			}
		}
		x.entries, x.texts = append(x.entries, e), append(x.texts, all)
	}
}

// says decides a part of the query that speaks of text.
func (x *examined) says(n query.Node) bool {
	x.open()
	wanted := x.f.wanted[n]
	has := func(ws []terms.Word) bool { return len(terms.Marks(wanted, ws)) > 0 }
	if field, ok := n.(query.Field); ok && field.Op == query.File {
		return slices.ContainsFunc(x.files, has)
	}
	return slices.ContainsFunc(x.texts, func(all [][]terms.Word) bool { return slices.ContainsFunc(all, has) })
}

// newest gives the last entry in which something that is looked for stands, -1
// if none.
func (x *examined) newest() int {
	for i := len(x.entries) - 1; i >= 0; i-- {
		for _, wanted := range x.f.wanted {
			if slices.ContainsFunc(x.texts[i+1], func(ws []terms.Word) bool { return len(terms.Marks(wanted, ws)) > 0 }) {
				return i
			}
		}
	}
	return -1
}
