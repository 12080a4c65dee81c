package cli

import (
	"strings"
	"testing"
)

// Cases of the same kinds as the conformance table's, in other zones and nights. What
// is wanted was reckoned apart, from what the wall clock of each zone shows.
func TestFurtherSLARows(t *testing.T) {
	for name, rows := range map[string][][2]string{
		"a midnight that Chile skips": {
			{"due --calendar chile --from 2026-09-04T17:00 --add 4h", `{"due":"2026-09-07T15:00:00Z","local":"2026-09-07T12:00:00-03:00"}`},
			{"due --calendar chile --from 2026-09-06T00:00 --add 1h", `{"due":"2026-09-07T13:00:00Z","local":"2026-09-07T10:00:00-03:00"}`},
			{"due --calendar chile --from 2026-04-02T17:30 --add 20h", `{"due":"2026-04-07T14:30:00Z","local":"2026-04-07T10:30:00-04:00"}`},
		},
		"a night shift of seven hours, and one of nine": {
			{"due --calendar nights --from 2026-03-28T23:00 --add 6h", `{"due":"2026-03-29T04:00:00Z","local":"2026-03-29T06:00:00+02:00"}`},
			{"due --calendar nights --from 2026-10-24T23:00 --add 8h30m", `{"due":"2026-10-25T21:30:00Z","local":"2026-10-25T22:30:00+01:00"}`},
			{"elapsed --calendar nights --from 2026-10-24T20:00 --to 2026-10-25T12:00", `{"elapsed_s":32400}`},
			{"due --calendar ny --from 2026-03-07T21:00 --add 7h30m", `{"due":"2026-03-09T13:30:00Z","local":"2026-03-09T09:30:00-04:00"}`},
			{"due --calendar ny --from 2026-10-31T21:00 --add 9h", `{"due":"2026-11-01T11:00:00Z","local":"2026-11-01T06:00:00-05:00"}`},
		},
		"half an hour of change, and half an hour of zone": {
			{"due --calendar lordhowe --from 2026-04-04T20:00 --add 12h", `{"due":"2026-04-04T21:00:00Z","local":"2026-04-05T07:30:00+10:30"}`},
			{"due --calendar lordhowe --from 2026-10-03T20:00 --add 12h", `{"due":"2026-10-03T21:30:00Z","local":"2026-10-04T08:30:00+11:00"}`},
			{"due --calendar kolkata --from 2026-01-24T12:00 --add 90m", `{"due":"2026-01-27T04:30:00Z","local":"2026-01-27T10:00:00+05:30"}`},
			{"due --calendar kolkata --from 2026-01-23T13:30 --add 1s", `{"due":"2026-01-23T08:30:01Z","local":"2026-01-23T14:00:01+05:30"}`},
			{"due --calendar apia --from 2026-12-30T16:30 --add 1h", `{"due":"2026-12-30T20:30:00Z","local":"2026-12-31T09:30:00+13:00"}`},
		},
		"half days and holidays": {
			{"due --calendar half --from 2026-12-23T16:00 --add 6h", `{"due":"2026-12-28T08:00:00Z","local":"2026-12-28T09:00:00+01:00"}`},
			{"due --calendar half --from 2026-12-24T11:00 --add 26h --pause 2026-12-28T10:00/2026-12-29T09:00", `{"due":"2027-01-04T09:00:00Z","local":"2027-01-04T10:00:00+01:00"}`},
			{"due --calendar ny --from 2026-11-25T16:00 --add 2h", `{"due":"2026-11-27T15:00:00Z","local":"2026-11-27T10:00:00-05:00"}`},
		},
		"days with opening hours, and the end of a half one": {
			{"due --calendar half --from 2026-12-23T16:00 --add 3d", `{"due":"2026-12-29T15:00:00Z","local":"2026-12-29T16:00:00+01:00"}`},
			{"due --calendar half --from 2026-12-22T16:00 --add 2d", `{"due":"2026-12-24T11:00:00Z","local":"2026-12-24T12:00:00+01:00"}`},
			{"due --calendar kolkata --from 2026-01-23T12:00 --add 3d", `{"due":"2026-01-28T06:30:00Z","local":"2026-01-28T12:00:00+05:30"}`},
			{"due --calendar half --from 2026-12-23T16:00 --add 1d --pause 2026-12-23T16:30/2026-12-24T09:00", `{"due":"2026-12-28T08:30:00Z","local":"2026-12-28T09:30:00+01:00"}`},
			{"due --calendar spring --from 2026-03-28T02:30 --add 1d", `{"due":"2026-03-29T01:30:00Z","local":"2026-03-29T03:30:00+02:00"}`},
			{"due --calendar spring --from 2026-10-24T02:30 --add 1d", `{"due":"2026-10-25T00:30:00Z","local":"2026-10-25T02:30:00+02:00"}`},
		},
		"pauses over a change of the clocks": {
			{"due --calendar spring --from 2026-03-28T22:00 --add 8h --pause 2026-03-29T01:30/2026-03-29T03:30", `{"due":"2026-03-29T06:00:00Z","local":"2026-03-29T08:00:00+02:00"}`},
			{"due --calendar spring --from 2026-10-24T22:00 --add 8h --pause 2026-10-25T00:30:00Z/2026-10-25T01:30:00Z", `{"due":"2026-10-25T05:00:00Z","local":"2026-10-25T06:00:00+01:00"}`},
			{"elapsed --calendar spring --from 2026-10-25T00:00 --to 2026-10-26T00:00 --pause 2026-10-25T01:00/2026-10-25T04:00", `{"elapsed_s":75600}`},
			{"elapsed --calendar gap --from 2026-03-29T00:00 --to 2026-03-29T12:00", `{"elapsed_s":23400}`},
		},
		"an instant in small letters, as RFC 3339 allows": {
			{"elapsed --calendar spring --from 2026-10-24t22:00:00z --to 2026-10-24T22:00:01Z", `{"elapsed_s":1}`},
		},
		"a calendar that changes while it counts": {
			{"due --calendar moved --from 2026-09-15T16:00 --add 8h", `{"due":"2026-09-17T11:00:00Z","local":"2026-09-17T13:00:00+02:00"}`},
			{"elapsed --calendar moved --from 2026-09-15T16:00 --to 2026-09-16T12:00", `{"elapsed_s":10800}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, row := range rows {
				args := append([]string{"sla"}, strings.Fields(row[0])...)
				out, problems, code := ran(t, append(args, "--config", "testdata/sla/further.yaml", "--json")...)
				if code != 0 || strings.TrimSpace(out) != row[1] {
					t.Errorf("%s\n got %s%s\nwant %s", row[0], out, problems, row[1])
				}
			}
		})
	}
}
