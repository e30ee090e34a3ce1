package access

import (
	"hash/fnv"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"docket/app/desk"
)

// masks are the staff whom customers of a ticket do not meet by name, each with
// what they are met as (BEHAVIOURS 4.8). Whom a mask hides is decided when
// somebody comes into a ticket, and kept with their name there.
type masks map[desk.PersonID]desk.Named

// MaskID is the id under which customers meet whoever wears a mask; two who wear
// the same are one to them.
func MaskID(mask string) desk.PersonID {
	h := fnv.New64a()
	_, _ = h.Write([]byte(mask))
	return desk.PersonID(desk.MaskMark + strconv.FormatUint(h.Sum64(), 36))
}

func masksOf(people []desk.Named) masks {
	m := masks{}
	for _, n := range people {
		if n.Mask != "" {
			m[n.ID] = n
		}
	}
	return m
}

// met is n as customers meet them.
func (m masks) met(n desk.Named) desk.Named {
	if x, ok := m[n.ID]; ok {
		return desk.Named{ID: MaskID(x.Mask), Name: x.Mask, Staff: true}
	}
	return n
}

// hide puts the masks on, wherever v, which can be set, names somebody: by id,
// in a list of ids, or by the name beside an id. Lists are copied first: they
// are the ticket's.
func (m masks) hide(v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.Struct:
		for id, name := range named {
			m.called(v.FieldByName(id), v.FieldByName(name))
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				m.hide(v.Field(i), f.Name)
			}
		}
	case reflect.Slice:
		v.Set(reflect.AppendSlice(reflect.Zero(v.Type()), v))
		for i := range v.Len() {
			m.hide(v.Index(i), field)
		}
	case reflect.String:
		if field == "From" || field == "To" || v.Type() == personID {
			v.SetString(m.list(v.String()))
		}
	}
}

var personID = reflect.TypeFor[desk.PersonID]()

// named are the fields that hold the name of whom another holds the id of.
var named = map[string]string{"ID": "Name", "By": "Name", "Author": "AuthorName", "With": "WithName"}

// called puts the mask on the name of somebody, where both are there.
func (m masks) called(id, name reflect.Value) {
	if !id.IsValid() || !name.IsValid() || id.Type() != personID {
		return
	}
	if x, ok := m[desk.PersonID(id.String())]; ok {
		name.SetString(x.Mask)
	}
}

// list masks ids with commas between, each once.
func (m masks) list(s string) string {
	var out []string
	for id := range strings.SplitSeq(s, ",") {
		out = append(out, string(m.met(desk.Named{ID: desk.PersonID(id)}).ID))
	}
	return strings.Join(once(out), ",")
}

// ticket masks a head.
func (m masks) ticket(c *desk.CustomerTicket) {
	m.hide(reflect.ValueOf(c).Elem(), "")
	c.Helpers = once(c.Helpers)
	c.CCs = once(c.CCs)
}

// once drops who is met a second time.
func once[T comparable](list []T) []T {
	var out []T
	for _, p := range list {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
