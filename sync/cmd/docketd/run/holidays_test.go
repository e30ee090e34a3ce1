package run

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
)

const ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\r\n" +
	"END:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DA\r\n TE:20270101\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// declared puts a declaration with a file of holidays on disk and reads it.
func declared(t *testing.T, name, file string) (plan, error) {
	t.Helper()
	dir := t.TempDir()
	text := strings.Replace(good, "    triage: true", "    triage: true\n    zone: Europe/Berlin\n    closed: [2026-12-24, 2026-12-25]\n    holidays: "+name, 1)
	if err := os.WriteFile(filepath.Join(dir, "holidays.ics"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "desk.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return readPlan(f)
}

// Dates of a file and dates of the declaration are one list; an event may last
// several days, its last line is the first day after it, and what was called
// off is no holiday.
func TestHolidays(t *testing.T) {
	off := "BEGIN:VEVENT\nSTATUS:CANCELLED\nDTSTART:20260501\nBEGIN:VALARM\nDTSTART:20260502T100000\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\r\n"
	p, err := declared(t, "holidays.ics", "\ufeff"+strings.Replace(ics, "END:VCALENDAR\r\n", off, 1))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2026-12-24", "2026-12-25", "2026-12-26", "2027-01-01"}
	if got := p.desk.Departments[0].Open.Closed; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A file that is no calendar of holidays is a mistake with a line and a
// sentence, and nothing of the declaration is taken (BEHAVIOURS 4.7).
func TestHolidayFileThatIsNone(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(ics, old, new, 1) }
	for _, c := range []struct{ name, file, want string }{
		{"holiday.ics", ics, `line 10: the file "holiday.ics" cannot be read; it is looked for beside this one`},
		{"../holidays.ics", ics, `line 10: "../holidays.ics" is no name of a file beside this one`},
		{"/etc/passwd", ics, `line 10: "/etc/passwd" is no name of a file beside this one`},
		{"holidays.ics", "Christmas: 25 December\n", "line 10: holidays.ics: this is no calendar file; its first line would be BEGIN:VCALENDAR"},
		{"holidays.ics", "", "this is no calendar file"},
		{"holidays.ics", "PK\x03\x04\xff\xfe", "this is no calendar file"},
		{"holidays.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "no holiday is in this calendar"},
		{"holidays.ics", with("20261225", "20261325"), `holidays.ics:4: "20261325" is no date; dates are written there as 20261225`},
		{"holidays.ics", with("20261225", "20261225T090000Z"), "holidays.ics:4: this begins or ends at a time of day; a holiday is whole dates"},
		{"holidays.ics", with("20261227", "20261225"), "holidays.ics:3: this holiday ends before it begins; DTEND is the first day after it"},
		{"holidays.ics", with("20261227", "20270401"), "holidays.ics:3: this holiday lasts for more than 60 days"},
		{"holidays.ics", with("DTSTART;VALUE=DATE:20261225\r\n", ""), "holidays.ics:3: this holiday has no date (DTSTART)"},
		{"holidays.ics", with("SUMMARY:Christmas", "RRULE:FREQ=YEARLY"), "holidays.ics:6: this holiday comes again by a rule; get the file with every date written out"},
		{"holidays.ics", with("SUMMARY:Christmas", "Christmas"), `holidays.ics:6: "Christmas" is no line of a calendar; is the file damaged?`},
		{"holidays.ics", ics[:strings.Index(ics, "SUMMARY")], "holidays.ics:5: the file ends in the middle; get it again"},
		{"holidays.ics", strings.TrimSuffix(ics, "END:VCALENDAR\r\n") + "X-TAIL:1\r\n", "holidays.ics:12: the file ends in the middle"},
		{"holidays.ics", ics + strings.Repeat("X-MORE:1\r\n", 1<<17), `the file "holidays.ics" is larger than 1048576 bytes`},
	} {
		t.Run(c.want, func(t *testing.T) {
			_, err := declared(t, c.name, c.file)
			if err == nil {
				t.Fatal("it was taken")
			}
			if e := desk.AsError(err); e.Code != desk.CodeInvalid || !strings.Contains(e.Message, c.want) {
				t.Errorf("got %q, want %q in it", e.Message, c.want)
			}
		})
	}
	_, err := readPlan(strings.NewReader(strings.Replace(good, "    triage: true", "    zone: UTC\n    holidays: holidays.ics", 1)))
	if e := desk.AsError(err); e == nil || !strings.Contains(e.Message, "line 8: holidays names the file") {
		t.Errorf("without a file beside it: got %v", err)
	}
}

// A year of holidays is a department that never opens.
func TestHolidaysAllYear(t *testing.T) {
	file := "BEGIN:VCALENDAR\n"
	for d, end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 2, 1, 0, 0, 0, 0, time.UTC); d.Before(end); d = d.AddDate(0, 0, 1) {
		file += "BEGIN:VEVENT\nDTSTART:" + d.Format("20060102") + "\nEND:VEVENT\n"
	}
	_, err := declared(t, "holidays.ics", file+"END:VCALENDAR\n")
	if e := desk.AsError(err); e == nil || !strings.Contains(e.Message, "line 9: from 2027-01-01 on it is not open for a whole year") {
		t.Errorf("got %v", err)
	}
}
