/** What a page says was done just now, by the name that the redirect to it carries. */
export const NOTICES = {
  revoked: "The grant is revoked.",
  all_revoked: "The grants are revoked.",
  extended: "The grant ends later now.",
  saved: "The settings are saved.",
  unchanged: "There was nothing to change.",
  disabled: "It is disabled, and its grants are revoked.",
  enabled: "It is enabled. Grants that were revoked stay so.",
  deleted: "It is deleted.",
  created: "It is created.",
  password_set: "The password is set, and the account is signed out of every browser.",
  operator: "The account is an operator now.",
  no_operator: "The account is not an operator any more.",
  key_made: "The next key is made. It is used once everyone can know it.",
  test_delivered: "The test was delivered.",
  paused: "It is paused; events wait.",
  resumed: "It is sent events again.",
  sent_again: "They are sent again.",
  distrusted: "The key is distrusted.",
} as const;

export type Notice = keyof typeof NOTICES;
