package desk

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Said is what an error says before its values are put in, so that whoever
// shows it can say it in the language of the person who reads it. The values
// are those that stand in the finished English text, and no others.
type Said struct {
	Message string            `json:"message"`
	Hint    string            `json:"hint,omitempty"`
	Values  map[string]string `json:"values,omitempty"`
}

// Saying is a sentence and its values: a name and its value, in turn.
func Saying(sentence string, pairs ...any) Said {
	return Said{Message: sentence, Values: Values(pairs...)}
}

// String says it in English; "" for nothing that was said.
func (s Said) String() string { return English.Say(s.Message, s.Values) }

// With puts values into the names in braces of Message and Hint. Pairs are a
// name and its value, in turn.
func (e *Error) With(pairs ...any) *Error {
	values := Values(pairs...)
	e.Said = &Said{Message: e.Message, Hint: e.Hint, Values: values}
	e.Message, e.Hint = English.Say(e.Message, values), English.Say(e.Hint, values)
	return e
}

// Advising gives the same with another advice, which has no values.
func (e *Error) Advising(hint string) *Error {
	other := *e
	other.Hint = hint
	if e.Said != nil {
		other.Said = &Said{Message: e.Said.Message, Hint: hint, Values: e.Said.Values}
	}
	return &other
}

// Values makes the values of a sentence: a name and its value, in turn. A time
// keeps its zone, for it is read on the clock of the person who said it; a
// duration is told in whole minutes, for {d, number, length}.
func Values(pairs ...any) map[string]string {
	values := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		switch v := pairs[i+1].(type) {
		case string:
			values[name] = v
		case time.Time:
			values[name] = v.Format(time.RFC3339)
		case time.Duration:
			values[name] = strconv.Itoa(int(v / time.Minute))
		default:
			values[name] = fmt.Sprint(v)
		}
	}
	return values
}

// Tongue is how a language puts values into its sentences.
type Tongue struct {
	// Plural names the form that goes with a number: one, other, and so on.
	Plural func(n int64) string
	// Date says a time in one of the styles a sentence may ask for.
	Date func(style string, at time.Time) string
	// Length says a time that something takes, of which one part may be none.
	Length func(hours, minutes int64) string
	// Thousands stands between the groups of a long number.
	Thousands string
	// Open and Close stand around a value that may be of the other direction.
	Open, Close string
}

// English is the tongue of the sentences themselves.
var English = Tongue{Plural: oneOther, Date: englishDate, Length: englishLength, Thousands: ","}

func oneOther(n int64) string {
	if n == 1 {
		return "one"
	}
	return "other"
}

func englishDate(style string, at time.Time) string {
	if layout := layouts[style]; layout != "" {
		return at.Format(layout)
	}
	return at.Format(time.RFC3339)
}

// englishLength is a time in hours and minutes, such as "1 h 30 min".
func englishLength(hours, minutes int64) string {
	h, m := strconv.FormatInt(hours, 10)+"\u00a0h", strconv.FormatInt(minutes, 10)+"\u00a0min"
	switch {
	case hours == 0:
		return m
	case minutes == 0:
		return h
	}
	return h + " " + m
}

// layouts are the styles of a date, as English has them.
var layouts = map[string]string{
	"day": "2 January", "date": "2 January 2006", "weekday": "Monday 2 January", "time": "15:04",
	"moment": "Monday 2 January, 15:04", "at": "Monday 2 January at 15:04", "clock": "2 January 2006, 15:04", "full": "Monday 2 January 2006, 15:04",
}

// Say puts values into a sentence of the catalogue. It knows what the window
// knows of ICU messages, as far as the program needs it: {name}, {n, number}, {minutes, number, length},
// {at, date, style}, {n, plural, one {…} other {…}} and {w, select, a {…}
// other {…}}. A value that is missing leaves its name to be read. What stands
// behind | tells two meanings of a sentence apart and is not said.
func (t Tongue) Say(sentence string, values map[string]string) string {
	if at := strings.LastIndexByte(sentence, '|'); at >= 0 && !strings.ContainsAny(sentence[at:], "{}") {
		sentence = sentence[:at]
	}
	if !strings.ContainsAny(sentence, "{'") {
		return sentence
	}
	var b strings.Builder
	t.put(&b, sentence, values, "")
	return b.String()
}

// put says a part of a sentence; # is the number of the plural it stands in.
func (t Tongue) put(b *strings.Builder, s string, values map[string]string, number string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\'' && i+1 < len(s) && s[i+1] == '{', c == '\'' && i+1 < len(s) && s[i+1] == '}':
			end := strings.IndexByte(s[i+1:], '\'')
			if end < 0 {
				end = len(s) - i - 1
			}
			b.WriteString(s[i+1 : i+1+end])
			i += end + 1
		case c == '#' && number != "":
			b.WriteString(t.grouped(number))
		case c == '{':
			end := closing(s, i)
			t.value(b, s[i+1:end], values, number)
			i = end
		default:
			b.WriteByte(c)
		}
	}
}

// closing finds the brace that ends what begins at i.
func closing(s string, i int) int {
	deep := 0
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '{':
			deep++
		case '}':
			if deep--; deep == 0 {
				return j
			}
		}
	}
	return len(s) - 1
}

// value says what stands in braces.
func (t Tongue) value(b *strings.Builder, s string, values map[string]string, number string) {
	name, rest, _ := strings.Cut(s, ",")
	name = strings.TrimSpace(name)
	kind, rest, _ := strings.Cut(strings.TrimSpace(rest), ",")
	v, ok := values[name]
	if !ok {
		b.WriteString("{" + name + "}")
		return
	}
	switch strings.TrimSpace(kind) {
	case "number":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && strings.TrimSpace(rest) == "length" {
			t.apart(b, t.Length(n/60, n%60))
			return
		}
		b.WriteString(t.grouped(v))
	case "date":
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			v = t.Date(strings.TrimSpace(rest), at)
		}
		t.apart(b, v)
	case "plural":
		n, _ := strconv.ParseInt(v, 10, 64)
		forms := choices(rest)
		form, ok := forms["="+v]
		if !ok {
			form, ok = forms[t.Plural(n)]
		}
		if !ok {
			form = forms["other"]
		}
		t.put(b, form, values, v)
	case "select":
		forms := choices(rest)
		form, ok := forms[v]
		if !ok {
			form = forms["other"]
		}
		t.put(b, form, values, number)
	default:
		t.apart(b, v)
	}
}

func (t Tongue) apart(b *strings.Builder, v string) {
	if v == "" {
		return
	}
	b.WriteString(t.Open)
	b.WriteString(v)
	b.WriteString(t.Close)
}

// choices reads the forms of a plural or a select: a {…} other {…}.
func choices(s string) map[string]string {
	forms := map[string]string{}
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			return forms
		}
		end := closing(s, open)
		forms[strings.TrimSpace(s[:open])] = s[open+1 : end]
		s = s[min(end+1, len(s)):]
	}
}

// grouped sets the thousands of a whole number apart.
func (t Tongue) grouped(v string) string {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return v
	}
	digits, sign := strconv.FormatInt(n, 10), ""
	if n < 0 {
		digits, sign = digits[1:], "-"
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + t.Thousands + digits[i:]
	}
	return sign + digits
}
