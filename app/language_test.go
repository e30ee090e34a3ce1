package app

import "testing"

func TestTheWindowSpeaksWhatItHasWordsFor(t *testing.T) {
	for _, l := range []string{"", "system", "en", "de", "ar"} {
		s := defaults
		s.Language = l
		if err := validSettings(s); err != nil {
			t.Errorf("%q: %v", l, err)
		}
	}
	s := defaults
	s.Language = "tlh"
	if validSettings(s) == nil {
		t.Error("a language there are no words for was taken")
	}
}
