// SPDX-License-Identifier: MIT
#include "notifier.h"

POSTERN_PLUGIN(postern::mail_notice::Notifier, "org.postern.mail", "Notice by mail", "1.0", "Postern", "MIT", "")
