/* SPDX-License-Identifier: LGPL-2.1-or-later */
  "294 {\"format\":\"rural-alliance-exchange\",\"version\":1,\"lineage\":\"00112233445566778899aabbccddeeff\",\"from\":\"gaopo\",\"to\":\"hub\",\"batch\":1,\"facts\":{\"gaopo\":[0,4]},\"previous\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"schema\":\"1.0\",\"made\":\"2026-11-25T20:52:01Z\",\"has\":{\"gaopo\":4}}\n"
  "93 {\"change\":\"gaopo.1\",\"facts\":2,\"clock\":117243904000000000,\"author\":\"Frau Lô\",\"origin\":\"edit\"}\n"
  "119 {\"fact\":\"gaopo.1\",\"clock\":117243904000000000,\"kind\":\"household\",\"key\":\"h1\",\"field\":\"\",\"value\":true,\"author\":\"Frau Lô\"}\n"
  "120 {\"fact\":\"gaopo.2\",\"clock\":117243904000000000,\"kind\":\"household\",\"key\":\"h1\",\"field\":\"f1\",\"value\":1.5,\"author\":\"Frau Lô\"}\n"
  "93 {\"change\":\"gaopo.3\",\"facts\":2,\"clock\":117243904000000001,\"author\":\"Frau Lô\",\"origin\":\"edit\"}\n"
  "141 {\"fact\":\"gaopo.3\",\"clock\":117243904000000001,\"kind\":\"household\",\"key\":\"h1\",\"field\":\"\",\"value\":true,\"author\":\"Frau Lô\",\"parents\":[\"gaopo.1\"]}\n"
  "130 {\"fact\":\"gaopo.4\",\"clock\":117243904000000001,\"kind\":\"household\",\"key\":\"h1\",\"field\":\"f1\",\"author\":\"Frau Lô\",\"parents\":[\"gaopo.2\"]}\n"
  "158 {\"count\":6,\"hash\":\"bd49be5a6bc731d09fd1eb50e0f0fc3110a1454c0c418a15c2c37c0023963d8c\",\"mac\":\"c89c0d2b64e690144af19fd07c513b158cdae4dab3a499c64eb30edad7b4954d\"}\n"
