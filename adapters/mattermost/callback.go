package mattermost

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"
)

// checkCallback looks whether something answers at our callback address, and,
// where the bot may read the server's settings, whether the server lets itself
// call it: it calls no private address that is not named in
// ServiceSettings.AllowedUntrustedInternalConnections.
func (a *Adapter) checkCallback(ctx context.Context) []Problem {
	var out []Problem
	address := a.config.CallbackURL + ActionsPath
	ctx, cancel := context.WithTimeout(ctx, a.tune.call)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return []Problem{{"callback", a.config.CallbackURL, err.Error()}}
	}
	answer, err := a.api.HTTPClient.Do(r)
	if err != nil {
		return []Problem{{"callback", a.config.CallbackURL, "nothing answers there, as seen from here: " + err.Error()}}
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		out = append(out, Problem{"callback", a.config.CallbackURL, fmt.Sprintf(
			"something else than the bot answers at %s, with %d", address, answer.StatusCode)})
	}
	config, err := call(ctx, a, func(ctx context.Context) (*model.Config, *model.Response, error) { return a.api.GetConfig(ctx) })
	if err != nil || config.ServiceSettings.AllowedUntrustedInternalConnections == nil {
		return out // administrators alone may read it
	}
	if host := a.callbackHost(); !mayCall(host, *config.ServiceSettings.AllowedUntrustedInternalConnections) {
		out = append(out, Problem{
			"callback", a.config.CallbackURL,
			"the server does not call private addresses; add " + host + " to ServiceSettings.AllowedUntrustedInternalConnections",
		})
	}
	return out
}

func (a *Adapter) callbackHost() string {
	u, err := url.Parse(a.config.CallbackURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// mayCall reports whether the host is public, or named in the setting: host
// names, addresses and ranges of them, apart by blanks or commas.
func mayCall(host, allowed string) bool {
	ips, err := net.LookupIP(host)
	if err != nil {
		return true // nobody can tell from here
	}
	names := strings.FieldsFunc(allowed, func(r rune) bool { return r == ' ' || r == ',' })
	if slices.Contains(names, host) {
		return true
	}
	for _, ip := range ips {
		addr, ok := netip.AddrFromSlice(ip)
		if !ok {
			continue
		}
		addr = addr.Unmap()
		if !addr.IsPrivate() && !addr.IsLoopback() && !addr.IsLinkLocalUnicast() && !addr.IsUnspecified() {
			continue
		}
		if !slices.ContainsFunc(names, func(n string) bool {
			p, err := netip.ParsePrefix(n)
			return err == nil && p.Contains(addr) || n == addr.String()
		}) {
			return false
		}
	}
	return true
}
