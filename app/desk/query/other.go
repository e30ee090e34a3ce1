package query

// What is searched beside tickets. Each is shown alone by its word of is:, which
// no ticket is.
const (
	Article = "article"
	Draft   = "draft"
)

// verdict is what is known of a part before a text is looked at.
type verdict byte

const (
	open verdict = iota // its text decides
	always
	never
)

// For gives what a query asks of what is no ticket but of that kind, Article or
// Draft: its words and phrases, with what must not be. What speaks of tickets is
// neither true nor untrue of it, so that it holds as little behind a dash as
// without one; judged, which may be nil, decides it where there is a ticket to
// judge. The answer is false where nothing of the kind fits, and where the query
// neither has a word that is to be found nor names the kind.
func (q Query) For(kind string, judged func(Field) bool) (Query, bool) {
	if q.Node == nil {
		return Query{}, false
	}
	f := &forKind{kind: kind, judged: judged}
	n, v := f.node(q.Node, false)
	return Query{n}, v != never && f.asks
}

// Alone reports whether the query names what is searched beside tickets, so that
// all of it is wanted and not the best of it.
func (q Query) Alone(kind string) bool {
	alone := false
	for _, n := range q.Parts() {
		if f, ok := n.(Field); ok && f.Op == Is && f.Value == kind {
			alone = true
		}
	}
	return alone
}

type forKind struct {
	kind   string
	judged func(Field) bool
	asks   bool
}

// node gives what is left of a part, or of what it must not be.
func (f *forKind) node(n Node, not bool) (Node, verdict) {
	switch x := n.(type) {
	case Not:
		return f.node(x.Node, !not)
	case And:
		return f.several(x.Nodes, not, !not)
	case Or:
		return f.several(x.Nodes, not, not)
	case Field:
		return nil, f.field(x, not)
	}
	if not {
		return Not{Node: n}, open
	}
	f.asks = true
	return n, open
}

func (f *forKind) field(x Field, not bool) verdict {
	is := false
	switch {
	case x.Op == Is && (x.Value == Article || x.Value == Draft):
		is = x.Value == f.kind
		f.asks = f.asks || is && !not
	case f.judged == nil || x.Op == File:
		return never
	default:
		is = f.judged(x)
	}
	if is != not {
		return always
	}
	return never
}

// several joins what is left of parts of which all or any must hold.
func (f *forKind) several(nodes []Node, not, all bool) (Node, verdict) {
	var left []Node
	for _, n := range nodes {
		switch n, v := f.node(n, not); {
		case v == never && all, v == always && !all:
			return nil, v
		case v == open:
			left = append(left, n)
		}
	}
	if len(left) > 0 {
		return join(left, all), open
	}
	if all {
		return nil, always
	}
	return nil, never
}
