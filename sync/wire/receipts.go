package wire

import (
	"slices"

	"docket/app/desk"
)

func receiptWeight(r desk.Receipt) int {
	n := 400 + len(r.Current)
	if r.Error != nil {
		n += len(r.Error.Message) + len(r.Error.Hint)
		if s := r.Error.Said; s != nil {
			n += len(s.Message) + len(s.Hint)
			for name, v := range s.Values {
				n += len(name) + len(v) + 8
			}
		}
	}
	for _, e := range r.Newer {
		n += len(e) + 5
	}
	return n
}

// FitReceipts gives as many of the receipts, from the first on, as a welcome
// can carry. The client gets the others when it sends their commands again.
func FitReceipts(rs []desk.Receipt) []desk.Receipt {
	used := 0
	for i, r := range rs {
		if used += receiptWeight(r); used > roomServer/2 || i >= maxReceipts {
			return rs[:i]
		}
	}
	return rs
}

// FitAnswer gives an answer in a form that fits a frame. An answer is one
// frame, because clients count them; when it is too large, the entries that
// held receipts repeat are left out, the largest first. They are in the ticket.
func FitAnswer(r Receipts) Receipts {
	total := 0
	for _, x := range r.Receipts {
		total += receiptWeight(x)
	}
	if total <= roomServer {
		return r
	}
	r.Receipts = slices.Clone(r.Receipts)
	for total > roomServer {
		big := 0
		for i, x := range r.Receipts {
			if receiptWeight(x) > receiptWeight(r.Receipts[big]) {
				big = i
			}
		}
		before := receiptWeight(r.Receipts[big])
		if r.Receipts[big].Newer == nil {
			break
		}
		r.Receipts[big].Newer = nil
		total += receiptWeight(r.Receipts[big]) - before
	}
	return r
}
