package wire

import "docket/app/desk"

func receiptWeight(r desk.Receipt) int {
	n := 400 + len(r.Current)
	if r.Error != nil {
		n += len(r.Error.Message) + len(r.Error.Hint)
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

// SplitReceipts spreads an answer over frames that fit, in order. Gap and Retry
// are in the last. There is at least one.
func SplitReceipts(r Receipts) []Receipts {
	out := []Receipts{{}}
	used := 0
	for _, x := range r.Receipts {
		w := receiptWeight(x)
		if last := out[len(out)-1]; len(last.Receipts) > 0 && (used+w > roomServer || len(last.Receipts) >= maxReceipts) {
			out, used = append(out, Receipts{}), 0
		}
		last := &out[len(out)-1]
		last.Receipts = append(last.Receipts, x)
		used += w
	}
	last := &out[len(out)-1]
	last.Gap, last.Retry, last.RetryAfter = r.Gap, r.Retry, r.RetryAfter
	return out
}
