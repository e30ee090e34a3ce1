package terms

import (
	"strings"

	"docket/app/desk"
)

// Want is one word that is looked for.
type Want struct {
	Term string
	// Open: what begins with it will do. Near: so will what differs by a slip.
	Open, Near bool
	// Bent: so will what is inflected like it, which Inf knows.
	Bent bool
	Inf  Inflected

	known map[string]bool // what was found out of other words
}

// Wants gives the words of a text that is looked for, which stand in a row. The
// last of an open text may go on; exact takes the words as they are written, and
// near forgives slips.
func Wants(text string, open, exact, near bool) []Want {
	var out []Want
	ws := Words(text)
	for i, w := range ws {
		x := Want{Term: w.Term, Open: open && i == len(ws)-1 && len(w.Term) > 1} // what begins with one letter is everything
		if !exact && len(ws) == 1 {
			x.Near = near && Slips(w.Term) > 0
			x.Inf, x.Bent = Inflect(w.Term)
		}
		out = append(out, x)
	}
	return out
}

// Prefix is what all words that will do begin with; whole says that the word
// itself alone will.
func (w *Want) Prefix() (prefix string, whole bool) {
	switch {
	case w.Near:
		return string([]rune(w.Term)[:1]), false
	case w.Bent:
		return w.Inf.Prefix, false
	}
	return w.Term, !w.Open
}

// Fits reports whether a word of a text is the one looked for.
func (w *Want) Fits(term string) bool {
	switch {
	case term == w.Term, w.Open && strings.HasPrefix(term, w.Term):
		return true
	case w.Near && Near(w.Term, term):
		return true
	}
	if !w.Bent || !strings.HasPrefix(term, w.Inf.Prefix) {
		return false
	}
	is, known := w.known[term]
	if !known {
		if w.known == nil {
			w.known = map[string]bool{}
		}
		is = w.Inf.Has(term)
		w.known[term] = is
	}
	return is
}

// Marks gives where in the words of a text wanted stands, as pairs of bytes.
func Marks(wanted []Want, ws []Word) [][2]int {
	var out [][2]int
	n := len(wanted)
	for i := 0; n > 0 && i+n <= len(ws); i++ {
		fit := true
		for j := range n {
			if !wanted[j].Fits(ws[i+j].Term) {
				fit = false
				break
			}
		}
		if fit {
			out = append(out, [2]int{ws[i].Start, ws[i+n-1].End})
		}
	}
	return out
}

// OfHead is what a ticket is found by beside its conversation; it begins with
// the subject.
func OfHead(t *desk.Ticket) string {
	b := []byte(t.Subject)
	add := func(s string) {
		if s != "" {
			b = append(append(b, " \n "...), s...)
		}
	}
	if t.Number > 0 {
		add(t.Number.String())
	}
	add(t.OrgName)
	for _, p := range t.People {
		add(p.Name)
	}
	for _, s := range t.Tags {
		add(s)
	}
	for _, r := range t.Refs {
		add(r.Label)
		add(r.ID)
	}
	add(t.TopicName)
	return string(b)
}

// OfEntry are the texts of an entry, as somebody reads them.
func OfEntry(e *desk.Entry) []string {
	out := []string{e.Text}
	if e.Reason != "" {
		out = append(out, e.Reason)
	}
	for _, f := range e.Files {
		out = append(out, f.Name)
	}
	for _, a := range e.Asks {
		out = append(out, a.Text)
	}
	for _, a := range e.Answers {
		out = append(out, a.Answer)
	}
	for _, g := range e.Given {
		out = append(out, g.Words)
	}
	return out
}
