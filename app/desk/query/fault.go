package query

import "strings"

// Fault is what is wrong at a place of a query. Message says what, Hint what to
// do; both are whole sentences with gaps such as {word}, which Values fill, so
// that they can be said in any language.
type Fault struct {
	Span
	Message string            `json:"message"`
	Hint    string            `json:"hint"`
	Values  map[string]string `json:"values,omitempty"`
}

// String is the fault in English.
func (f Fault) String() string {
	s := f.Message + " " + f.Hint
	for k, v := range f.Values {
		s = strings.ReplaceAll(s, "{"+k+"}", v)
	}
	return s
}

// Kinds of fault: what is said of each, and what to do.
var (
	faultTooLong   = [2]string{"The query is too long.", "What follows from here was left out. Leave something out."}
	faultTooMany   = [2]string{"The query has more than {most} parts.", "What follows from here was left out. Leave something out."}
	faultTooDeep   = [2]string{"There are too many brackets within brackets.", "These were passed over. Write it with fewer."}
	faultInvisible = [2]string{"There is an invisible character here.", "It was passed over. Delete it if nothing is found."}
	faultQuote     = [2]string{"This quotation mark has no end.", "Write \" where the phrase ends."}
	faultOpen      = [2]string{"This bracket is not closed.", "Write ) where it ends."}
	faultClose     = [2]string{"This bracket was never opened.", "It was passed over. Delete it, or write ( where it begins."}
	faultEmpty     = [2]string{"There is nothing between these brackets.", "They were passed over. Write something in them, or delete them."}
	faultSigns     = [2]string{"There is no letter and no digit here.", "It was passed over. Write a word."}
	faultOr        = [2]string{"“or” stands between nothing.", "It was passed over. Write what else it may be, or \"or\" in quotation marks for the word."}
	faultOp        = [2]string{"There is no operator “{word}:”.", "It is looked for as a word. Choose one of the list, or put it in quotation marks."}
	faultOpNear    = [2]string{"There is no operator “{word}:”.", "It is looked for as a word. Did you mean “{other}:”?"}
	faultNoValue   = [2]string{"“{op}:” has no value.", "It was passed over. Write one behind it, without a blank."}
	faultDate      = [2]string{"“{value}” is no date.", "It was passed over. Write a day such as 2026-11-03, or 2026-11, 2026, today, yesterday, 7d, 2w, 3m or 1y."}
	faultValue     = [2]string{"“{op}:” knows no “{value}”.", "It was passed over. Choose one of the list."}
	faultValueNear = [2]string{"“{op}:” knows no “{value}”.", "It was passed over. Did you mean “{other}”?"}
	faultTag       = [2]string{"“{value}” can be no tag.", "It was passed over. A tag has letters, digits and hyphens, and at most 40 of them."}
	faultDept      = [2]string{"There is no department “{value}”.", "Nothing is in it. Choose one of the list."}
	faultDeptNear  = [2]string{"There is no department “{value}”.", "Nothing is in it. Did you mean “{other}”?"}
)

func fault(at Span, kind [2]string, values ...string) Fault {
	f := Fault{Span: at, Message: kind[0], Hint: kind[1]}
	for i := 0; i+1 < len(values); i += 2 {
		if f.Values == nil {
			f.Values = map[string]string{}
		}
		v := values[i+1]
		if r := []rune(v); len(r) > 40 {
			v = string(r[:40]) + "…"
		}
		f.Values[values[i]] = v
	}
	return f
}

// Sentences lists every sentence a fault can have, gaps and all, for whoever
// translates them.
func Sentences() []string {
	var out []string
	for _, k := range [][2]string{
		faultTooLong, faultTooMany, faultTooDeep, faultInvisible, faultQuote, faultOpen, faultClose, faultEmpty, faultSigns, faultOr, faultOp, faultOpNear,
		faultNoValue, faultDate, faultValue, faultValueNear, faultTag, faultDept, faultDeptNear,
	} {
		out = append(out, k[0], k[1])
	}
	return out
}
