package query

import (
	"strings"

	"docket/app/desk"
)

// Named puts ids where a query names departments, people and organizations that
// a place knows by exactly one name, so that it means the same whoever is
// renamed; and it tells of departments there are none of. What a place does not
// know otherwise stays as it is: a directory need not be whole.
func (q Query) Named(p desk.Place) (Query, []Fault) {
	n := namer{place: p}
	if q.Node != nil {
		q.Node = n.node(q.Node)
	}
	return q, n.faults
}

type namer struct {
	place  desk.Place
	faults []Fault
}

func (n *namer) node(x Node) Node {
	switch x := x.(type) {
	case And:
		return And{n.all(x.Nodes)}
	case Or:
		return Or{n.all(x.Nodes)}
	case Not:
		x.Node = n.node(x.Node)
		return x
	case Field:
		return n.field(x)
	}
	return x
}

func (n *namer) all(nodes []Node) []Node {
	out := make([]Node, len(nodes))
	for i, x := range nodes {
		out[i] = n.node(x)
	}
	return out
}

func (n *namer) field(f Field) Field {
	if f.Value == Me || f.Value == None {
		return f
	}
	switch {
	case f.Op == Dept:
		return n.dept(f)
	case f.Op == Org:
		if o, ok := only(n.place.Orgs, f.Value, func(o desk.Organization) string { return o.Name }); ok {
			f.Value = string(o)
		}
	case f.Op.People():
		if p, ok := only(n.place.People, f.Value, func(p desk.Person) string { return p.Name }); ok {
			f.Value = string(p)
		}
	}
	return f
}

func (n *namer) dept(f Field) Field {
	if d, ok := only(n.place.Departments, f.Value, func(d desk.Department) string { return d.Name }); ok {
		f.Value = string(d)
		return f
	}
	if f.Value == "mine" || len(n.place.Departments) == 0 {
		return f
	}
	var names []string
	for id, d := range n.place.Departments {
		if strings.EqualFold(string(id), f.Value) {
			return f
		}
		names = append(names, string(id), strings.ToLower(d.Name))
	}
	if other := near(f.Value, names); other != "" {
		n.faults = append(n.faults, fault(f.Span, faultDeptNear, "value", f.Value, "other", other))
	} else {
		n.faults = append(n.faults, fault(f.Span, faultDept, "value", f.Value))
	}
	return f
}

// only gives the one of that id, or the one that is called so; false where none
// or several are.
func only[K ~string, V any](all map[K]V, name string, called func(V) string) (K, bool) {
	want := fold(name)
	var found []K
	for id, v := range all {
		if strings.EqualFold(string(id), name) {
			return id, true
		}
		if fold(called(v)) == want {
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}
