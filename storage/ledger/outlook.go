package ledger

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// repliesSchema counts first replies by the day they came and by how long they
// took, as policy tells times apart. What it counts follows from what customers
// know of a ticket.
const repliesSchema = `
CREATE TABLE replies (department TEXT NOT NULL, urgency TEXT NOT NULL, day BIGINT NOT NULL, took BIGINT NOT NULL, n BIGINT NOT NULL,
	PRIMARY KEY (department, urgency, day, took)) WITHOUT ROWID;
`

// dayOf counts days from 1 January 1970, in UTC.
func dayOf(t time.Time) int64 {
	return millis(t.UTC().Truncate(24*time.Hour)) / (24 * time.Hour).Milliseconds()
}

// replied counts the first reply that a change gave, if it did.
func (tx *Tx) replied(w *written) error {
	asked := policy.Awaited{Department: w.t.Department, Since: w.t.Created} // of what came with its whole conversation
	if w.before != nil {
		asked = w.before.asked
	}
	dir, err := tx.directory()
	if err != nil {
		return err
	}
	r, ok := policy.Replied(asked, w.t, w.entries, dir.place)
	if !ok {
		return nil
	}
	if _, err := tx.put(`INSERT INTO replies (department, urgency, day, took, n) VALUES (?, ?, ?, ?, 1)
		ON CONFLICT (department, urgency, day, took) DO UPDATE SET n = replies.n + 1`,
		string(r.Department), string(r.Urgency), dayOf(r.At), policy.ReplyTime(r.Took)); err != nil {
		return fmt.Errorf("count reply: %w", err)
	}
	return nil
}

// Outlook tells everybody what can be expected of each department by now, where
// that is another than was told. What nobody is offered is told to staff alone.
// Its cost is that of the counts, which are forgotten when they are too old.
func (tx *Tx) Outlook(now time.Time) ([]desk.Cursor, error) {
	if !tx.write {
		return nil, errReadOnly
	}
	counts, err := tx.replyCounts(now)
	if err != nil {
		return nil, err
	}
	d, err := tx.Desk()
	if err != nil {
		return nil, err
	}
	refs, err := tx.load(d.Departments, now)
	if err != nil {
		return nil, err
	}
	for _, lane := range []desk.LaneID{"c/dir", "s/dir"} {
		for _, dept := range d.Departments {
			o := desk.Outlook{Department: dept.ID}
			if r, ok := policy.UsualReply("", policy.AllReplies(counts[dept.ID])); ok {
				o.Replies = append(o.Replies, r)
			}
			for _, u := range slices.Sorted(maps.Keys(counts[dept.ID])) {
				if r, ok := policy.UsualReply(u, counts[dept.ID][u]); ok {
					o.Replies = append(o.Replies, r)
				}
			}
			ref := refChange{lane: lane, kind: desk.RefOutlook, id: string(dept.ID)}
			if len(o.Replies) > 0 && !(dept.Hidden && lane == "c/dir") {
				if ref.body, err = tx.encode(o); err != nil {
					return nil, fmt.Errorf("encode outlook: %w", err)
				}
			}
			refs = append(refs, ref)
		}
	}
	return tx.tellRefs(refs)
}

func (tx *Tx) replyCounts(now time.Time) (map[desk.DeptID]map[desk.Urgency]policy.ReplyCounts, error) {
	since := dayOf(now) - policy.UsualDays
	if _, err := tx.exec("DELETE FROM replies WHERE day <= ?", since); err != nil {
		return nil, fmt.Errorf("forget replies: %w", err)
	}
	out := map[desk.DeptID]map[desk.Urgency]policy.ReplyCounts{}
	err := tx.each("SELECT department, urgency, took, n FROM replies WHERE day <= ?", []any{dayOf(now)}, func(scan func(...any) error) error {
		var dept desk.DeptID
		var u desk.Urgency
		var took, n int
		if err := scan(&dept, &u, &took, &n); err != nil {
			return fmt.Errorf("read replies: %w", err)
		}
		if out[dept] == nil {
			out[dept] = map[desk.Urgency]policy.ReplyCounts{}
		}
		if out[dept][u] == nil {
			out[dept][u] = policy.ReplyCounts{}
		}
		out[dept][u][took] += n
		return nil
	})
	return out, err
}
