package language

import (
	"strconv"
	"time"

	"docket/app/desk"
)

// tongues are the languages beside English. Arabic keeps the digits 0 to 9, as
// the window does, and sets apart what is put into it.
var tongues = map[string]desk.Tongue{
	"de": {Plural: desk.English.Plural, Thousands: ".", Length: germanLength, Date: calendar{
		days:   [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		day:    ". ", weekday: ", ", at: " um ", comma: ", ",
	}.say},
	"ar": {Plural: arabicPlural, Thousands: ",", Open: "\u2068", Close: "\u2069", Length: arabicLength, Date: calendar{
		days:   [7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
		months: [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
		day:    " ", weekday: " ", at: " الساعة ", comma: "، ",
	}.say},
}

func germanLength(hours, minutes int64) string {
	return length(hours, minutes, " ", func(n int64) string { return strconv.FormatInt(n, 10) + "\u00a0Std." }, func(n int64) string { return strconv.FormatInt(n, 10) + "\u00a0Min." })
}

// arabicLength stands after a preposition, as lengths of time do in all of the
// sentences.
func arabicLength(hours, minutes int64) string {
	counted := func(forms map[string]string) func(int64) string {
		return func(n int64) string {
			return arabic.Say(forms[arabicPlural(n)], map[string]string{"n": strconv.FormatInt(n, 10)})
		}
	}
	return length(hours, minutes, " و", counted(arabicHours), counted(arabicMinutes))
}

var (
	arabic        = desk.Tongue{Thousands: ","}
	arabicHours   = map[string]string{"one": "ساعة واحدة", "two": "ساعتين", "few": "{n, number} ساعات", "many": "{n, number} ساعة", "other": "{n, number} ساعة"}
	arabicMinutes = map[string]string{"zero": "0 دقيقة", "one": "دقيقة واحدة", "two": "دقيقتين", "few": "{n, number} دقائق", "many": "{n, number} دقيقة", "other": "{n, number} دقيقة"}
)

func length(hours, minutes int64, and string, h, m func(int64) string) string {
	switch {
	case hours == 0:
		return m(minutes)
	case minutes == 0:
		return h(hours)
	}
	return h(hours) + and + m(minutes)
}

// arabicPlural is the rule of Unicode's CLDR for whole numbers.
func arabicPlural(n int64) string {
	switch h := n % 100; {
	case n == 0:
		return "zero"
	case n == 1:
		return "one"
	case n == 2:
		return "two"
	case h >= 3 && h <= 10:
		return "few"
	case h >= 11:
		return "many"
	}
	return "other"
}

// calendar is how a language writes its dates: the names, and what stands
// between the parts.
type calendar struct {
	days                    [7]string
	months                  [12]string
	day, weekday, at, comma string
}

func (c calendar) say(style string, t time.Time) string {
	day := strconv.Itoa(t.Day()) + c.day + c.months[t.Month()-1]
	year := day + " " + strconv.Itoa(t.Year())
	named := c.days[t.Weekday()] + c.weekday
	clock := t.Format("15:04")
	switch style {
	case "day":
		return day
	case "date":
		return year
	case "weekday":
		return named + day
	case "time":
		return clock
	case "moment":
		return named + day + c.comma + clock
	case "at":
		return named + day + c.at + clock
	case "clock":
		return year + c.comma + clock
	}
	return named + year + c.comma + clock
}
