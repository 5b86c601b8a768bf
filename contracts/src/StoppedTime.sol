// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @title How long something was stopped within any window of a given length.
/// @notice A true rolling window: no placement of the window, past or future, holds more ordered stop time than the
/// cap. Intervals of one history follow each other and never overlap, so it is enough to look at the window that
/// ends where the newest interval ends: moving the window earlier by one second drops a second of the newest
/// interval and gains at most one second of an older one; moving it later only loses.
library StoppedTime {
    /// @dev Intervals are remembered this long, not just for the window of the moment, so that a longer window set
    /// later still sees them.
    uint64 internal constant REMEMBERED = 90 days;
    /// @dev Bounds the loop over a history, and with it the gas of a stop.
    uint256 internal constant MAX_INTERVALS = 64;

    /// @dev [from, to), unix seconds.
    struct Interval {
        uint64 from;
        uint64 to;
    }

    struct History {
        uint256 first;
        Interval[] all;
    }

    error TooManyStops(uint256 count);
    error StoppedTimeCapExceeded(uint256 total, uint256 cap);

    /// @notice Adds the interval of a new stop, refused where it breaks the cap.
    function open(History storage h, uint64 from, uint64 until, uint64 window, uint64 cap) internal {
        forget(h, from, window);
        requireCap(h, h.all.length, from, until, window, cap);
        h.all.push(Interval(from, until));
    }

    /// @notice Lets the newest interval end later, refused where it breaks the cap.
    function extend(History storage h, uint64 until, uint64 window, uint64 cap) internal {
        uint256 last = h.all.length - 1;
        requireCap(h, last, h.all[last].from, until, window, cap);
        h.all[last].to = until;
    }

    /// @notice The newest stop ended: time that was ordered and not used counts no more.
    function close(History storage h, uint64 end) internal {
        Interval storage last = h.all[h.all.length - 1];
        if (end < last.to) last.to = end;
    }

    /// @notice The most seconds, up to `most`, for which a stop from `from` to `end` could go on after `end`.
    /// @param count how many intervals are older than that stop.
    /// @dev The total grows with the end (see the library's notice), so halving finds the exact second.
    function longest(
        History storage h,
        uint256 count,
        uint64 from,
        uint64 end,
        uint64 window,
        uint64 cap,
        uint64 most
    ) internal view returns (uint64 low) {
        uint64 high = most;
        while (low < high) {
            uint64 middle = low + (high - low + 1) / 2;
            if (total(h, count, from, end + middle, window) <= cap) low = middle;
            else high = middle - 1;
        }
    }

    function requireCap(History storage h, uint256 count, uint64 from, uint64 until, uint64 window, uint64 cap)
        private
        view
    {
        uint256 sum = total(h, count, from, until, window);
        if (sum > cap) revert StoppedTimeCapExceeded(sum, cap);
    }

    /// @dev Stopped seconds in the window that ends at `until`: the stop from `from` plus the first `count` intervals.
    function total(History storage h, uint256 count, uint64 from, uint64 until, uint64 window)
        private
        view
        returns (uint256 sum)
    {
        uint64 since = until > window ? until - window : 0;
        sum = until - from;
        for (uint256 i = count; i > h.first; i--) {
            Interval memory one = h.all[i - 1];
            if (one.to <= since) break;
            sum += one.to - (one.from > since ? one.from : since);
        }
    }

    /// @dev Drops what no window can see any more; a full history drops all outside the window of the moment.
    function forget(History storage h, uint64 now_, uint64 window) private {
        uint256 first = h.first;
        uint256 length = h.all.length;
        bool full = length - first >= MAX_INTERVALS;
        uint64 kept = full ? window : REMEMBERED;
        while (first < length && h.all[first].to + kept <= now_) {
            delete h.all[first];
            first++;
        }
        if (length - first >= MAX_INTERVALS) revert TooManyStops(length - first);
        h.first = first;
    }
}
