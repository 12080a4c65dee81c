package discord

import (
	"strconv"
	"strings"
	"time"
)

// discordEpoch is the first millisecond of 2015, where Discord's ids begin
// (https://docs.discord.com/developers/reference#snowflakes).
const discordEpoch = 1420070400000

// isSnowflake reports whether s is an id of Discord's: a positive number of 64 bits.
func isSnowflake(s string) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	return err == nil && n > 0 && s[0] != '0' && s[0] != '+'
}

// instant is when what bears the id was made, to the millisecond.
func instant(id string) time.Time {
	n, _ := strconv.ParseUint(id, 10, 64)
	return time.UnixMilli(int64(n>>22) + discordEpoch).UTC()
}

// idAt is the lowest id that something made at the instant can have.
func idAt(t time.Time) string {
	ms := t.UnixMilli() - discordEpoch
	if ms <= 0 {
		return "0"
	}
	return strconv.FormatUint(uint64(ms)<<22, 10)
}

// compare orders ids by age. They are numbers without leading zeros.
func compare(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func earlier(a, b string) bool { return compare(a, b) < 0 }
