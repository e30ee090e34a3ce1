package policy

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"docket/app/desk"
)

// Asked is what a form asks of whoever gave these answers so far, in order.
func Asked(f desk.Form, given []desk.Given) []desk.Field {
	var out []desk.Field
	for _, x := range f.Fields {
		if Holds(f, x.When, given) {
			out = append(out, x)
		}
	}
	return out
}

// Holds reports whether a condition of a form holds: the field it names is
// asked itself and answered so.
func Holds(f desk.Form, c desk.Condition, given []desk.Given) bool {
	for range len(f.Fields) + 1 { // no condition leads back to itself
		if c.Field == "" {
			return true
		}
		said, ok := answerTo(c.Field, given)
		if !ok || c.Is != "" && c.Is != said.Value {
			return false
		}
		i := slices.IndexFunc(f.Fields, func(x desk.Field) bool { return x.ID == c.Field })
		if i < 0 {
			return false
		}
		c = f.Fields[i].When
	}
	return false
}

// Missing is what a form needs and has no answer yet.
func Missing(f desk.Form, given []desk.Given) []desk.Field {
	return slices.DeleteFunc(Asked(f, given), func(x desk.Field) bool {
		_, ok := answerTo(x.ID, given)
		return ok || !x.Required
	})
}

func answerTo(field string, given []desk.Given) (desk.Given, bool) {
	for _, g := range given {
		if g.Field == field && g.Answered() {
			return g, true
		}
	}
	return desk.Given{}, false
}

// Fits gives the value of an answer as it is kept, or what it ought to be and is
// not: a choice, a number or a date. Who a person is, and what is held, is for
// whoever knows the place.
func Fits(f desk.Field, value string) (kept, wrong string) {
	value = strings.TrimSpace(value)
	if value == "" {
		return "", ""
	}
	switch f.Type {
	case desk.FieldChoice:
		if !slices.Contains(f.Options, value) {
			return "", "choice"
		}
	case desk.FieldNumber:
		n := strings.Replace(value, ",", ".", 1)
		if _, err := strconv.ParseFloat(n, 64); err != nil || strings.ContainsFunc(n, func(r rune) bool { return !strings.ContainsRune("-.0123456789", r) }) || len(n) > 20 {
			return "", "number"
		}
		return n, ""
	case desk.FieldDate:
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "", "date"
		}
	}
	return value, ""
}
