package html

import "github.com/stance-sec/stance/internal/action/output/route"

// icon returns the lines that stand for a kind of thing, in a square of 24.
func icon(k route.Kind) string {
	switch k {
	case route.Outside:
		return "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18 5-5 5-13 0-18z"
	case route.Machine:
		return "M4 4h16v6.5H4zM4 13.5h16V20H4zM7.5 7.2h.1M7.5 16.8h.1M12 7.2h5M12 16.8h5"
	case route.Code:
		return "m8.5 6.5-5.5 5.5 5.5 5.5M15.5 6.5l5.5 5.5-5.5 5.5M13.5 4.5l-3 15"
	case route.Identity:
		return "M12 3.5a4 4 0 1 0 0 8 4 4 0 1 0 0-8zM4 20.5c0-4.5 3.5-6.5 8-6.5s8 2 8 6.5z"
	case route.Account:
		return "M4 21V8l8-5 8 5v13zM10 21v-5h4v5M8 11h1M15 11h1"
	case route.Database:
		return "M4 6c0-3.5 16-3.5 16 0s-16 3.5-16 0v12c0 3.5 16 3.5 16 0V6M4 12c0 3.5 16 3.5 16 0"
	case route.Storage:
		return "M4 6c0-3 16-3 16 0s-16 3-16 0l2.2 13c.5 2.5 11.1 2.5 11.6 0L20 6"
	case route.Media:
		return "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5z"
	case route.Message:
		return "M3 5.5h18v13H3zM3 6l9 7 9-7"
	case route.Secret:
		return "M8 8a4.5 4.5 0 1 0 0 8 4.5 4.5 0 0 0 4-4 4.5 4.5 0 0 0-4-4zM12.2 12H21v3.5M17 12v3"
	case route.Network:
		return "M12 3 4.5 5.5V12c0 4.5 3.2 7.5 7.5 9 4.3-1.5 7.5-4.5 7.5-9V5.5z"
	default:
		return "M12 3.5 20.5 12 12 20.5 3.5 12z"
	}
}
