package run

import (
	"bytes"
	"errors"
	"os"
	"testing"

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
