package ledger

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/access"
)

// token is what Page.Next carries. It holds everything, so that it is as good
// after a restart and on another node, and for as long as the lane's floor is
// below its cursor. It gives no rights: whoever calls Page has asked whether
// this person may read the lane.
type token struct {
	Lane    desk.LaneID `json:"l"`
	Epoch   string      `json:"e"`
	AsOf    uint64      `json:"a"`
	Hash    []byte      `json:"h"`
	Total   int         `json:"n"`
	Updated int64       `json:"u,omitempty"`
	After   string      `json:"t,omitempty"` // ticket id, or kind and id of a reference
}

func (t token) String() string {
	b, err := json.Marshal(t)
	if err != nil {
		return "" // strings, numbers and bytes always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

var errToken = &desk.Error{
	Code: desk.CodeInvalid, Field: "token", Message: "This place in the list is not known any more.",
	Hint: "The program starts the list again by itself.",
}

// Page gives a piece of a lane's snapshot: references in a lane of the directory or the knowledge base, else
// (after what is told to its person alone) tickets with their conversations, newest hour first, up to maxBytes of bodies and
// at least one. An unusable token is desk.ErrInvalid; start again without one.
//
// sent, if not empty, is a lane whose snapshot the same client took just before:
// of the tickets in both only the head goes out again, and if its conversation
// is not there after all, the client fetches it. One that its reader came into
// later is told whole: what was sent of it may have begun there.
//
// Nothing is held between pages. A ticket that changes meanwhile may move in
// front of the place already passed and so be on no page, but its change has a
// row after the page's AsOf: the client, which lacks the ticket, sees FromSeq
// above 1 in that batch and fetches it.
func (tx *Tx) Page(lane desk.LaneID, from string, maxBytes int, reader desk.PersonID, sent desk.LaneID) (desk.Page, error) {
	t, err := tx.pageToken(lane, from)
	if err != nil {
		return desk.Page{}, err
	}
	p := desk.Page{Lane: lane, Epoch: t.Epoch, AsOf: t.AsOf, Hash: t.Hash, Total: t.Total}
	if strings.HasPrefix(string(lane), "s/dir") || strings.HasPrefix(string(lane), "c/dir") || access.IsHelp(lane) {
		return p, tx.refPage(&p, t, maxBytes)
	}
	if from == "" && strings.Contains(string(lane), "/user/") {
		// What is told to one person alone is little, and comes first.
		if err := tx.refPage(&p, t, math.MaxInt); err != nil {
			return p, err
		}
	}
	return p, tx.ticketPage(&p, t, maxBytes, reader, sent)
}

func (tx *Tx) pageToken(lane desk.LaneID, from string) (token, error) {
	head, tickets, err := tx.head(lane)
	if err != nil {
		return token{}, err
	}
	if from == "" {
		return token{Lane: lane, Epoch: head.Epoch, AsOf: head.Seq, Hash: head.Hash, Total: int(tickets), Updated: math.MaxInt64}, nil
	}
	var t token
	raw, err := base64.RawURLEncoding.DecodeString(from)
	if err != nil || json.Unmarshal(raw, &t) != nil || t.Lane != lane {
		return token{}, errToken
	}
	known, err := tx.isPlace(lane, desk.Cursor{Lane: lane, Epoch: t.Epoch, Seq: t.AsOf, Hash: t.Hash}, head)
	if err != nil {
		return token{}, err
	}
	if !known {
		return token{}, errToken
	}
	return t, nil
}

// pageRow is a head on its way onto a page.
type pageRow struct {
	item    desk.Item
	updated int64
	lastSeq uint64
	size    int
	sum     int64
	sent    bool
	later   uint64
}

// pageRows is how many heads are read at a time.
const pageRows = 100

func (tx *Tx) ticketPage(p *desk.Page, t token, maxBytes int, reader desk.PersonID, sent desk.LaneID) error {
	a := audienceFor(p.Lane)
	rows, more, err := tx.pageHeads(a, t, maxBytes, sent)
	if err != nil || len(rows) == 0 {
		return err
	}
	first, last := rows[0], rows[len(rows)-1]
	span := []any{string(p.Lane), first.updated, string(first.item.Ticket), last.updated, string(last.item.Ticket)}
	at := make(map[desk.TicketID]*pageRow, len(rows))
	for i := range rows {
		at[rows[i].item.Ticket] = &rows[i]
		if rows[i].sent {
			rows[i].item.FromSeq = rows[i].lastSeq + 1
		}
	}
	if len(rows) == 1 && first.size > maxBytes {
		// Too much for a page: the head goes out, and the client fetches the rest.
		rows[0].item.FromSeq = first.lastSeq + 1
	} else if err := tx.pageEntries(a, append(slices.Clip(span), string(sent)), at); err != nil {
		return err
	}
	if reader != "" {
		err := tx.each(a.marked, append([]any{string(reader)}, span...), func(scan func(...any) error) error {
			var id desk.TicketID
			var seq uint64
			if err := scan(&id, &seq); err != nil {
				return fmt.Errorf("read mark: %w", err)
			}
			if r := at[id]; r != nil {
				r.item.Read = seq
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for i := range rows { // after what may be there of the person's own
		if rows[i].later > 0 {
			if err := tx.fromHere(access.ReaderOf(p.Lane), &rows[i].item); err != nil {
				return err
			}
		}
		p.Items = append(p.Items, rows[i].item)
	}
	if more {
		t.Updated, t.After = last.updated, string(last.item.Ticket)
		p.Next = t.String()
	}
	return nil
}

// pageHeads reads as many heads as have room with their conversations.
func (tx *Tx) pageHeads(a *audience, t token, maxBytes int, sent desk.LaneID) (rows []pageRow, more bool, err error) {
	used := 0
	for {
		n := 0
		err = tx.each(a.newest, []any{string(sent), string(t.Lane), t.Updated, t.After, pageRows}, func(scan func(...any) error) error {
			n++
			if more {
				return nil
			}
			r := pageRow{item: desk.Item{Kind: desk.ItemEnter, FromSeq: 1}}
			if err := scan(&r.item.Ticket, &r.updated, &r.later, &r.item.Version, &r.lastSeq, &r.size, &r.item.Head, &r.sum, &r.sent); err != nil {
				return fmt.Errorf("read head: %w", err)
			}
			if crc(r.item.Head) != r.sum {
				return damaged("head of " + string(r.item.Ticket))
			}
			if r.sent {
				r.size = 0
			}
			used += r.size + len(r.item.Head)
			if used > maxBytes && len(rows) > 0 {
				more = true
				return nil
			}
			rows = append(rows, r)
			t.Updated, t.After = r.updated, string(r.item.Ticket)
			return nil
		})
		if err != nil || more || n < pageRows {
			return rows, more, err
		}
	}
}

func (tx *Tx) pageEntries(a *audience, span []any, at map[desk.TicketID]*pageRow) error {
	err := tx.each(a.range_, span, func(scan func(...any) error) error {
		var id desk.TicketID
		var seq uint64
		var body []byte
		var sum int64
		if err := scan(&id, &seq, &body, &sum); err != nil {
			return fmt.Errorf("read entry: %w", err)
		}
		r := at[id]
		if r == nil || r.sent || seq != uint64(len(r.item.Entries))+1 || crc(body) != sum {
			return damaged(fmt.Sprintf("entry %d of %s", seq, id))
		}
		r.item.Entries = append(r.item.Entries, body)
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range at {
		if !r.sent && uint64(len(r.item.Entries)) != r.lastSeq {
			return damaged("conversation of " + string(r.item.Ticket))
		}
	}
	return nil
}

func (tx *Tx) refPage(p *desk.Page, t token, maxBytes int) error {
	kind, id, _ := strings.Cut(t.After, "/")
	used := 0
	for {
		n := 0
		err := tx.each(`SELECT kind, id, body, sum FROM lane_refs WHERE lane = ? AND (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?`,
			[]any{string(p.Lane), kind, id, pageRows}, func(scan func(...any) error) error {
				n++
				if p.Next != "" {
					return nil
				}
				var ref desk.Ref
				var sum int64
				if err := scan(&ref.Kind, &ref.ID, &ref.Body, &sum); err != nil {
					return fmt.Errorf("read reference: %w", err)
				}
				if crc(ref.Body) != sum {
					return damaged("reference " + string(ref.Kind) + " " + ref.ID)
				}
				if used += len(ref.Body); used > maxBytes && len(p.Items) > 0 {
					t.After = kind + "/" + id
					p.Next = t.String()
					return nil
				}
				kind, id = string(ref.Kind), ref.ID
				p.Items = append(p.Items, desk.Item{Kind: desk.ItemRef, Ref: &ref})
				return nil
			})
		if err != nil || p.Next != "" || n < pageRows {
			return err
		}
	}
}
