package run

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"docket/app/desk"
)

// FuzzDesk reads anything as desk.yaml: it is a plan, or an error with words.
func FuzzDesk(f *testing.F) {
	sample, err := os.ReadFile("../../../../build/sample/desk.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range [][]byte{[]byte(good), sample, sample[:len(sample)/3], {}, []byte("a: &a [*a]"), []byte("? {}"), []byte("people: [{memberships: [{org: {}}]}]")} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := readPlan(bytes.NewReader(b))
		if err == nil {
			return
		}
		var e *desk.Error
		if !errors.As(err, &e) || e.Message == "" || e.Hint == "" {
			t.Errorf("refused without words: %v", err)
		}
	})
}

// FuzzHolidays reads anything as a file of holidays: it is dates in order, each
// once, or a mistake with words.
func FuzzHolidays(f *testing.F) {
	for _, s := range []string{ics, ics[:len(ics)/2], "", "BEGIN:VEVENT\nDTSTART:\nEND:VEVENT", "BEGIN:VEVENT\nDTSTART;VALUE=DATE:00010101\nDTEND;VALUE=DATE:99991231\nEND:VEVENT"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		days, err := icalDays(b)
		switch {
		case err != nil && err.Error() == "":
			t.Error("refused without words")
		case err == nil && len(days) == 0:
			t.Error("no holiday, and no word of it")
		}
		for i, d := range days {
			if _, err := time.Parse("2006-01-02", d); err != nil || i > 0 && d <= days[i-1] {
				t.Errorf("the dates are %q", days)
			}
		}
	})
}
