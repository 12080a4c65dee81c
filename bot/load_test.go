package bot

import (
	"testing"
	"time"
	_ "time/tzdata"

	"sereno/bot/company"
)

func TestTheLoadOfBeingOnCall(t *testing.T) {
	zone, err := time.LoadLocation("America/Argentina/Buenos_Aires")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone) }
	pages := []PageRecord{
		{Incident: 1, Person: "ana", At: at(3, 2, 10), Acted: at(3, 2, 14)},
		{Incident: 2, Person: "ana", At: at(3, 12, 0)}, // nobody acted on the first channel
		{Incident: 2, Person: "ana", At: at(3, 12, 2), Rule: 1, Acted: at(3, 12, 3)},
		{Incident: 3, Person: "ana", At: at(4, 2, 50), Reason: "at_risk"},
		{Incident: 3, Person: "ana", At: at(4, 23, 0), Reason: "breached", Acted: at(5, 0, 0)},
		{Incident: 4, Person: "ana", At: at(4, 23, 0), Group: 5},                        // in the message of another
		{Incident: 9, Person: "ana", At: at(4, 23, 0), Drill: true},                     // a rehearsal
		{Incident: 1, Person: "payments", At: at(3, 2, 20), Acted: at(3, 2, 21)},        // a channel
		{Incident: 1, Person: "luis", At: at(3, 2, 30)},                                 // never
		{Incident: 1, Person: "luis", At: at(3, 2, 40), Round: 1, Failed: at(3, 2, 40)}, // nor in the next round
	}
	all := loads(pages, func(person string) *time.Location {
		if person == "payments" {
			return nil
		}
		return zone
	})
	all["ana"].duty = 36 * time.Hour
	for person, want := range map[string]string{
		"ana":  "on call 36 h · 4 pages, 3 at night (23 h: 1, 02 h: 2) · acted on 3, half of them within 4 min, the slowest within 1 h",
		"luis": "on call 0 s · 2 pages, 2 at night (02 h: 2) · acted on none",
	} {
		if got := all[person].line(company.English); got != want {
			t.Errorf("%s: %s\nwant %s", person, got, want)
		}
	}
	if len(all) != 2 {
		t.Errorf("%d people", len(all))
	}
}
