package language_test

import (
	"encoding/json"
	"os"
	"testing"

	"docket/app/desk/query"
)

// What is wrong with a query is said in the window, in its language.
func TestFaultsOfAQueryAreInEveryLanguage(t *testing.T) {
	for _, code := range []string{"de", "ar"} {
		b, err := os.ReadFile(top + "frontend/src/lib/language/" + code + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var lines map[string]string
		if err := json.Unmarshal(b, &lines); err != nil {
			t.Fatal(err)
		}
		for _, s := range query.Sentences() {
			if lines[s] == "" {
				t.Errorf("%s has no line for %q", code, s)
			}
		}
	}
}
