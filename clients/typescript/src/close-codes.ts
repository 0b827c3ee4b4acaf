/** Close codes of a WebSocket (docs/protocol.md, section 6). An event stream reports the same. */

export const CLOSE_GOING_AWAY = 1001
/** The connection broke off. */
export const CLOSE_ABNORMAL = 1006
export const CLOSE_RESTART = 1012
export const CLOSE_UNAUTHENTICATED = 4001
export const CLOSE_MALFORMED_ID = 4002
export const CLOSE_NO_CONVERSATION = 4004
export const CLOSE_TOO_MANY = 4029
/** The server refused a frame, which must not be repeated. */
export const CLOSES_FOR_A_FRAME = [1003, 1007, 1008, 1009]
